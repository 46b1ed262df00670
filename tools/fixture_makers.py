"""Makers of documents: each writes one file, with the program or library that its name says."""

import csv
import datetime
import email.headerregistry
import email.message
import email.policy
import gzip
import mailbox
import os
import random
import shutil
import subprocess

import docx
import docx.oxml
import duckdb
import msoffcrypto.format.ooxml
import nbformat.v4
import olefile
import openpyxl
import pptx
import pypdf
import reportlab.lib.pdfencrypt
import reportlab.lib.styles
import reportlab.pdfbase.pdfmetrics
import reportlab.pdfbase.ttfonts
import reportlab.platypus
import xlsxwriter
import xlwt

from fixture_story import (
    ACCOUNT, COMMENT, HEADER, KEEPERS, LIST, NEVER_SHOWN, NOTE, PARAGRAPHS, ROWS, SECTIONS, TITLE, markdown)

MADE = datetime.datetime(2024, 3, 15, 12)
PASSWORD = "lamp"
LATIN = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
CHINESE = "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf"


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))


# LibreOffice

def libreoffice(path, source, how=None):
    """Converts a file to what the path's extension says; `how`: filter and its options."""
    profile, made = path.parent / "profile", path.parent / "made"
    run(
        "soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to",
        path.suffix[1:] + (f":{how}" if how else ""), "--outdir", made, source)
    (made / (source.stem + path.suffix)).rename(path)


def libreoffice_powerpoint(path, source):
    """The picture of the first slide that LibreOffice adds, 600 kB in size, is taken out with its stream."""
    whole, streams = path.with_name("whole.ppt"), path.with_name("streams")
    libreoffice(whole, source)
    shutil.rmtree(streams, ignore_errors=True)
    streams.mkdir()
    with olefile.OleFileIO(whole) as container:
        names = sorted(name for name, in container.listdir() if "SummaryInformation" not in name)
        for name in names:
            (streams / name).write_bytes(container.openstream(name).read())
    run("gsf", "createole", path, *(streams / name for name in names))


def libreoffice_encrypted(path, source, filter_name):
    """The command line cannot give a password to what it writes, but a macro can."""
    macros = path.parent / "profile/user/basic/Standard"
    for name, (element, definition, text) in MACROS.items():
        kind = f'<!DOCTYPE {element} PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "{definition}">'
        write(macros / name, f'<?xml version="1.0" encoding="UTF-8"?>\n{kind}\n{text}')
    run(
        "soffice", f"-env:UserInstallation=file://{path.parent / 'profile'}", "--headless",
        f'macro:///Standard.Encrypt.Encrypt("{source}","{path}","{filter_name}")')


MACROS = {
    "script.xlb": ("library:library", "library.dtd", """\
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
  library:passwordprotected="false"><library:element library:name="Encrypt"/></library:library>"""),
    "Encrypt.xba": ("script:module", "module.dtd", f"""\
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Encrypt" script:language="StarBasic">
Sub Encrypt(source As String, target As String, filterName As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(ConvertToURL(source), "_blank", 0, hidden())
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName"
  how(0).Value = filterName
  how(1).Name = "Password"
  how(1).Value = "{PASSWORD}"
  document.storeToURL(ConvertToURL(target), how())
  document.close(True)
  StarDesktop.terminate()
End Sub
</script:module>"""),
}


def encrypted_package(path, source):
    """What Office makes of a document with a password: another container, with the document in it."""
    with open(source, "rb") as file, open(path, "wb") as encrypted:
        msoffcrypto.format.ooxml.OOXMLFile(file).encrypt(PASSWORD, encrypted)


# Tables

def python_csv(path, rows, encoding="utf-8", delimiter=","):
    with open(path, "w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def duckdb_table(path, how):
    with duckdb.connect() as database:
        database.execute("CREATE TABLE account (region VARCHAR, amount DOUBLE, date DATE)")
        database.executemany("INSERT INTO account VALUES (?, ?, ?)", ROWS)
        database.execute(f"COPY account TO '{path}' ({how})")


def duckdb_types(path):
    """Types that a table in text does not have."""
    with duckdb.connect() as database:
        database.execute(f"""
            COPY (SELECT i AS number, 'keeper ' || i AS name, i % 2 = 0 AS awake, DATE '2024-03-15' + i::INTEGER AS day,
                TIMESTAMP '2024-03-15 08:30:00' AS seen, nullif(i, 3)::DECIMAL(9, 2) AS paid, ['Öl', '灯塔'] AS words
                FROM range(1, 21) AS numbers(i))
            TO '{path}' (FORMAT parquet, CODEC zstd)""")


def xlsxwriter_sheets(path):
    """Two sheets, a title over the table, dates, a formula with its value."""
    book = xlsxwriter.Workbook(path)
    book.set_properties({"created": MADE})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(ACCOUNT)
    sheet.merge_range(0, 0, 0, 2, TITLE, book.add_format({"align": "center"}))
    fill(sheet, HEADER, ROWS, day, top=1)
    sheet.write(6, 0, "Σύνολο")
    sheet.write_formula(6, 1, "=SUM(B3:B6)", None, sum(amount for _, amount, _ in ROWS))
    fill(book.add_worksheet("Keepers"), KEEPERS[0], KEEPERS[1:], day)
    book.close()


def fill(sheet, header, rows, day, top=0):
    for row, values in enumerate((header, *rows), top):
        for column, value in enumerate(values):
            if isinstance(value, datetime.date):
                sheet.write(row, column, datetime.datetime.combine(value, datetime.time()), day)
            else:
                sheet.write(row, column, value)


def openpyxl_shared(path, rows=ROWS):
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    for cell in book.active["C"]:
        cell.number_format = "yyyy-mm-dd"
    book.save(path)


def openpyxl_inline(path):
    """Its writer of rows keeps texts in the cells, not in a list of their own."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(ACCOUNT)
    for row in (HEADER, *ROWS):
        sheet.append(row)
    book.save(path)


def xlwt_sheets(path):
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for name, (header, *rows) in ((ACCOUNT, (HEADER, *ROWS)), ("Keepers", KEEPERS)):
        sheet = book.add_sheet(name)
        for row, values in enumerate((header, *rows)):
            for column, value in enumerate(values):
                sheet.write(row, column, value, *([day] if isinstance(value, datetime.date) else []))
    book.save(str(path))


# Documents

def pandoc(path, source):
    identifier = "urn:uuid:00000000-0000-4000-8000-000000000001"
    run("pandoc", "--standalone", f"--metadata=identifier:{identifier}", "--output", path, source)


def python_docx(path):
    """Headings, a table, a comment, and a deletion that nobody has accepted yet."""
    document = docx.Document()
    document.core_properties.created = document.core_properties.modified = MADE
    document.add_heading(TITLE, 0)
    for heading, paragraphs in SECTIONS:
        document.add_heading(heading, 1)
        for text in paragraphs:
            paragraph = document.add_paragraph(text)
    document.add_comment(paragraph.runs, COMMENT, author="Öllegård", initials="Ö")
    namespace = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraph._p.append(docx.oxml.parse_xml(
        f'<w:del {namespace} w:id="9" w:author="Öllegård"><w:r><w:delText>{NEVER_SHOWN}</w:delText></w:r></w:del>'))
    for item in LIST:
        document.add_paragraph(item, style="List Bullet")
    document.add_heading(ACCOUNT, 1)
    table = document.add_table(0, len(HEADER))
    for row in (HEADER, *ROWS):
        for cell, value in zip(table.add_row().cells, row):
            cell.text = str(value)
    document.save(path)


def python_pptx(path):
    """Slides with text, notes and a table."""
    show = pptx.Presentation()
    show.core_properties.created = show.core_properties.modified = MADE
    pages = ((TITLE, KEEPERS[1][:1], None), (*SECTIONS[0], NOTE), (*SECTIONS[1], COMMENT), (ACCOUNT, LIST, None))
    for heading, lines, note in pages:
        slide = show.slides.add_slide(show.slide_layouts[1])
        slide.shapes.title.text = heading
        slide.placeholders[1].text = "\n".join(lines)
        if note:
            slide.notes_slide.notes_text_frame.text = note
    left, top, width, height = (pptx.util.Inches(size) for size in (1, 4, 8, 3))
    table = slide.shapes.add_table(1 + len(ROWS), len(HEADER), left, top, width, height).table
    for row, values in enumerate((HEADER, *ROWS)):
        for column, value in enumerate(values):
            table.cell(row, column).text = str(value)
    for layout in list(show.slide_layouts):
        if not layout.used_by_slides:
            show.slide_layouts.remove(layout)
    show.save(path)


def reportlab_pages(path, encryption=None):
    """Two pages, each with a footer."""
    fonts = reportlab.pdfbase.pdfmetrics
    for name, file in (("Latin", LATIN), ("Chinese", CHINESE)):
        fonts.registerFont(reportlab.pdfbase.ttfonts.TTFont(name, file))
    body = reportlab.lib.styles.ParagraphStyle("body", fontName="Latin", leading=16)
    heading = reportlab.lib.styles.ParagraphStyle("heading", body, fontSize=15, leading=24)

    def paragraph(text, style=body):
        marked = "".join(f'<font name="Chinese">{c}</font>' if "一" <= c <= "鿿" else c for c in str(text))
        return reportlab.platypus.Paragraph(marked, style)

    def footer(canvas, document):
        canvas.setFont("Latin", 8)
        canvas.drawString(72, 40, f"Archive of Grönsund, page {document.page}")

    story = [paragraph(TITLE, heading)]
    for title, paragraphs in SECTIONS:
        story += [paragraph(title, heading), *map(paragraph, paragraphs)]
    story += [reportlab.platypus.PageBreak(), *map(paragraph, LIST), paragraph(ACCOUNT, heading)]
    story += [reportlab.platypus.Table([[paragraph(cell) for cell in row] for row in (HEADER, *ROWS)])]
    reportlab.platypus.SimpleDocTemplate(str(path), title=TITLE, invariant=1, encrypt=encryption).build(
        story, onFirstPage=footer, onLaterPages=footer)


def reportlab_encrypted(path, password=PASSWORD):
    reportlab_pages(path, reportlab.lib.pdfencrypt.StandardEncryption(password, "keeper", canCopy=0, strength=128))


def pypdf_encrypted(path, source):
    writer = pypdf.PdfWriter(source)
    writer.encrypt(PASSWORD, algorithm="AES-256")
    writer.write(path)


def nbformat_cells(path):
    v4 = nbformat.v4
    code = "amounts = [1250, 980.5]\nprint('Summe', sum(amounts))"
    output = v4.new_output("stream", name="stdout", text="Summe 2230.5\n")
    cells = [
        v4.new_markdown_cell(markdown(title=False)), v4.new_code_cell(code, execution_count=1, outputs=[output]),
        v4.new_raw_cell(NOTE)]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    nbformat.write(v4.new_notebook(cells=cells), path)


def gzipped(path, text):
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


# Mail

def message(subject, text, charset="utf-8"):
    letter = email.message.EmailMessage(policy=email.policy.SMTP)
    letter["Subject"] = subject
    letter["From"] = email.headerregistry.Address("Öllegård Brännström", "keeper", "gronsund.example")
    letter["To"] = "harbour@visby.example"
    letter["Date"] = MADE
    letter["Message-ID"] = "<1@gronsund.example>"
    letter.set_content(text, charset=charset, cte="quoted-printable")
    return letter


def alternatives(path):
    """Encoded subject; the same in plain text and HTML; a picture."""
    letter = message(f"{TITLE}: ο φάρος 灯塔", "\n".join(PARAGRAPHS) + "\n")
    page = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    style = f"<style>.{NEVER_SHOWN} {{ color: red }}</style>"
    letter.add_alternative(f"<html><head>{style}</head><body>{page}</body></html>", subtype="html", cte="base64")
    letter.add_attachment(random.Random(1).randbytes(900), "image", "png", filename="lamp.png")
    for number, part in enumerate(part for part in letter.walk() if part.is_multipart()):
        part.set_boundary(f"=_part_{number}")
    path.write_bytes(letter.as_bytes())


def latin1_letter(path):
    path.write_bytes(message("Grüße vom Leuchtturm", "\n".join(LIST[:2]), "iso-8859-1").as_bytes())


def mailbox_letters(path):
    """The second has a line that looks like the beginning of another, the third is HTML only."""
    texts = (PARAGRAPHS[0], f"{PARAGRAPHS[2]}\nFrom here on he was silent.\n{PARAGRAPHS[3]}", PARAGRAPHS[1])
    path.unlink(missing_ok=True)
    box = mailbox.mbox(path)
    for number, text in enumerate(texts):
        letter = message(f"Letter {number}: {TITLE}", text + "\n")
        if number == 2:
            page = f"<html><head><title>{TITLE}</title></head><body><p>{text}</p></body></html>"
            letter.set_content(page, subtype="html", cte="quoted-printable")
        entry = mailbox.mboxMessage(letter)
        entry.set_from("keeper@gronsund.example", MADE.timetuple())
        box.add(entry)
    box.close()


def run(*command):
    done = subprocess.run(list(map(os.fspath, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise SystemExit(f"{command[0]} fails: {done.stdout.decode(errors='replace')}")
