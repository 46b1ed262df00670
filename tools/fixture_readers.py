"""Readers of documents, none of which indexer uses itself: each gives all text of a file, in reading order."""

import csv
import datetime
import email.policy
import gzip
import json
import mailbox
import re
import subprocess
import unicodedata
import zipfile

import ebooklib.epub
import lxml.html
import msoffcrypto
import odf.opendocument
import pptx
import pyarrow.parquet
import pypdf
import python_calamine

import fixture_makers

BLOCKS = {"Para", "Plain", "Header", "CodeBlock", "RawBlock", "LineBreak", "SoftBreak", "Space", "HorizontalRule"}


def words(text):
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text)))


def value_text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return str(value)


def rows_text(rows):
    return "\n".join(" | ".join(map(value_text, row)) for row in rows)


# Tables

def comma_separated(path, encoding="utf-8", delimiter=","):
    with open(path, encoding=encoding, newline="") as file:
        return rows_text(csv.reader(file, delimiter=delimiter))


def calamine(path):
    workbook = python_calamine.CalamineWorkbook.from_path(str(path))
    return "\n".join(rows_text(workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names)


def pyarrow_parquet(path):
    table = pyarrow.parquet.read_table(path)
    return rows_text([table.column_names, *zip(*(column.to_pylist() for column in table.columns))])


# Documents

def pandoc(path, form=None):
    tree = run("pandoc", *(["--from", form] if form else []), "--track-changes=all", "--to", "json", path)
    return syntax_text(json.loads(tree))


def syntax_text(tree):
    """The text of pandoc's syntax tree, where no marks of lists and notes come between."""
    found, aside = [], []

    def visit(node, out):
        if isinstance(node, list):
            for child in node:
                visit(child, out)
        elif isinstance(node, dict) and "t" in node:
            visit_element(node["t"], node.get("c"), out)

    def visit_element(kind, content, out):
        classes = content[0][1] if kind == "Span" else []
        if kind.startswith("Raw") and content[0] == "html" or "deletion" in classes:
            return
        if kind == "Str":
            out.append(content)
        elif kind in ("Code", "CodeBlock", "RawBlock", "RawInline"):
            out.append(content[1])
        elif kind == "Note" or "comment-start" in classes:
            visit(content, aside)
            aside.append("\n")
        else:
            visit(content, out)
        if kind in BLOCKS:
            out.append("\n")

    visit(tree["meta"].get("title", []), found)
    found.append("\n")
    visit(tree["blocks"], found)
    return "".join([*found, *aside])


def visible_html(path):
    """pandoc, after what is not displayed is taken out, which it would show."""
    page = lxml.html.fromstring(path.read_bytes())
    for element in page.xpath("//*[@hidden or contains(@style, 'display: none')] | //template | //style | //script"):
        element.drop_tree()
    return syntax_text(json.loads(run("pandoc", "--from=html", "--to=json", input=lxml.html.tostring(page))))


def body_text(page):
    return "\n".join(lxml.html.document_fromstring(page).find("body").itertext())


def open_document(path):
    """Every paragraph, which is what slides and their notes are made of, too."""
    fields = {"number", "date-time", "header", "footer", "page-number", "note-citation"}
    found, notes = [], []

    def visit(node, out):
        if node.nodeType == node.TEXT_NODE:
            out.append(node.data)
        elif node.qname[1] not in fields:
            for child in node.childNodes:
                visit(child, notes if node.qname[1] == "note-body" else out)
            if node.qname[1] in ("p", "h", "line-break", "tab", "s"):
                out.append("\n")

    visit(odf.opendocument.load(str(path)).body, found)
    return "".join([*found, *notes])


def libreoffice(path, to):
    """LibreOffice reads it, and what it makes of it is read."""
    made = path.with_name(f"{path.stem}-read.{to}")
    fixture_makers.libreoffice(made, path)
    return open_document(made)


def python_pptx(path):
    found = []
    for slide in pptx.Presentation(path).slides:
        for shape in slide.shapes:
            if shape.has_table:
                found += [cell.text for row in shape.table.rows for cell in row.cells]
            elif shape.has_text_frame:
                found.append(shape.text_frame.text)
        if slide.has_notes_slide:
            found.append(slide.notes_slide.notes_text_frame.text)
    return "\n".join(found)


def spine(path):
    book = ebooklib.epub.read_epub(str(path))
    pages = [book.get_item_with_id(name) for name, _ in book.spine]
    return "\n".join(body_text(page.content) for page in pages)


def pdf(path):
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


# Mail

def message_text(message):
    body = message.get_body(("plain", "html"))
    text = body.get_content()
    if body.get_content_type() == "text/html":
        text = body_text(text)
    return "\n".join([message["subject"], message["from"], message["to"], text])


def letter(path):
    return message_text(email.message_from_bytes(path.read_bytes(), policy=email.policy.default))


def letters(path):
    parser = email.message_from_binary_file
    return "\n".join(map(message_text, mailbox.mbox(path, lambda file: parser(file, policy=email.policy.default))))


def gunzip(path):
    return gzip.decompress(path.read_bytes()).decode()


def locked_pdf(path):
    """Nothing, when it does ask for a password; as with the next two."""
    return nothing_if(pypdf.PdfReader(path).is_encrypted)


def locked_office(path):
    with open(path, "rb") as file:
        return nothing_if(msoffcrypto.OfficeFile(file).is_encrypted())


def locked_open_document(path):
    with zipfile.ZipFile(path) as archive:
        return nothing_if(b"encryption-data" in archive.read("META-INF/manifest.xml"))


def nothing_if(encrypted):
    if not encrypted:
        raise ValueError("not encrypted")
    return ""


def run(*command, input=None):
    return subprocess.run(command, input=input, check=True, stdout=subprocess.PIPE).stdout.decode()
