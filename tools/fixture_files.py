"""Makes all fixtures: who makes and who reads each of them, and what must be found in it.

usage: fixture_files.py WORK FIXTURES, in the environment that tools/fixtures makes
"""

import collections
import pathlib
import sys

import fixture_makers as make
import fixture_readers as read
from fixture_story import (
    COMMENT, LIST, NEVER_SHOWN, NOTE, PAGE, PARAGRAPHS, TEXT, TITLE, WESTERN_ROWS, cells, markdown)

MOST_BYTES, MOST_BYTES_OF_ALL = 40_000, 600_000
TABLE = cells()
STORY = f"{TEXT} {NOTE}"
SHEETS = f"{TITLE} {TABLE} Σύνολο 5707.75 keeper since Öllegård Brännström 1987-10-01 Пётр"
NOTHING = ""

Fixture = collections.namedtuple("Fixture", "name make read holds")


def fixtures(work):
    """In the order in which they are made: later ones are converted from earlier ones."""

    def by(maker, *details, **more):
        return lambda path: maker(path, *details, **more)

    story, western = work / "story.md", work / "western.xlsx"
    make.write(story, markdown())
    make.openpyxl_shared(western, WESTERN_ROWS)
    as_text, as_slides = by(read.libreoffice, to="odt"), by(read.libreoffice, to="odp")
    western_csv = "Text - txt - csv (StarCalc):59,34,12,1"
    tabs_csv = "Text - txt - csv (StarCalc):9,34,76,1"
    utf16_csv = "Text - txt - csv (StarCalc):44,34,65535,1"
    broken = [("region", "report"), ("Nord", "Two\nlines, and a \"quote\""), ("北方", "blank\n\nline")]
    ragged = "region,amount,date\nNord,1250\nSüd,980.5,2024-04-02,one cell too many\n\nΑιγαίο\n"
    numbers = [(index, 1000 - index, f"2024-03-{index:02}") for index in range(10, 15)]

    return [Fixture(*row) for row in (
        ("comma.csv", by(make.duckdb_table, "FORMAT csv, HEADER"), read.comma_separated, TABLE),
        ("line-breaks.csv", by(make.python_csv, broken), read.comma_separated, "report Two lines and a quote 北方"),
        ("no-header.csv", by(make.python_csv, numbers), read.comma_separated, "10 990 2024-03-10"),
        ("ragged.csv", by(make.write, ragged), read.comma_separated, "Süd one cell too many Αιγαίο"),
        ("semicolon-latin1.csv", by(make.libreoffice, western, western_csv),
            by(read.comma_separated, encoding="iso-8859-1", delimiter=";"), cells(WESTERN_ROWS)),

        ("xlsxwriter.xlsx", make.xlsxwriter_sheets, read.calamine, SHEETS),
        ("openpyxl.xlsx", make.openpyxl_shared, read.calamine, TABLE),
        ("inline.xlsx", make.openpyxl_inline, read.calamine, TABLE),
        ("libreoffice.ods", by(make.libreoffice, work / "xlsxwriter.xlsx"), read.calamine, SHEETS),
        ("libreoffice.xlsx", by(make.libreoffice, work / "libreoffice.ods"), read.calamine, SHEETS),
        ("libreoffice.xls", by(make.libreoffice, work / "libreoffice.ods"), read.calamine, SHEETS),
        ("xlwt.xls", make.xlwt_sheets, read.calamine, f"{TABLE} Öllegård Brännström 1987-10-01"),
        ("tab.tsv", by(make.libreoffice, work / "openpyxl.xlsx", tabs_csv), by(read.comma_separated, delimiter="\t"),
            TABLE),
        ("utf16.csv", by(make.libreoffice, work / "openpyxl.xlsx", utf16_csv),
            by(read.comma_separated, encoding="utf-16"), TABLE),
        ("duckdb.parquet", by(make.duckdb_table, "FORMAT parquet"), read.pyarrow_parquet, TABLE),
        ("types.parquet", make.duckdb_types, read.pyarrow_parquet, "number awake keeper true 2024-03-16 灯塔 20.00"),

        ("pandoc.docx", by(make.pandoc, story), read.pandoc, STORY),
        ("pandoc.odt", by(make.pandoc, story), read.open_document, STORY),
        ("pandoc.rtf", by(make.pandoc, story), as_text, STORY),
        ("pandoc.epub", by(make.pandoc, story), read.spine, STORY),
        ("pandoc.html", by(make.pandoc, story), read.visible_html, STORY),
        ("pandoc.rst", by(make.pandoc, story), by(read.pandoc, form="rst"), STORY),
        ("story.md", by(make.write, markdown()), by(read.pandoc, form="markdown"), STORY),
        ("page.html", by(make.write, PAGE), read.visible_html, f"{TEXT} keeper book is closed Good night"),
        ("notebook.ipynb", make.nbformat_cells, by(read.pandoc, form="ipynb"), f"{STORY} amounts Summe"),
        ("libreoffice.docx", by(make.libreoffice, work / "pandoc.odt"), read.pandoc, STORY),
        ("libreoffice.odt", by(make.libreoffice, work / "libreoffice.docx"), read.open_document, STORY),
        ("libreoffice.rtf", by(make.libreoffice, work / "pandoc.odt"), as_text, STORY),
        ("libreoffice.doc", by(make.libreoffice, work / "pandoc.odt"), as_text, STORY),
        ("python-docx.docx", make.python_docx, read.pandoc, f"{TEXT} {COMMENT}"),
        ("reportlab.pdf", make.reportlab_pages, read.pdf, f"{TEXT} Archive page 1 2"),
        ("no-copying.pdf", by(make.reportlab_encrypted, password=""), read.pdf, TEXT),

        ("python-pptx.pptx", make.python_pptx, as_slides, f"{STORY} {COMMENT}"),
        ("libreoffice.odp", by(make.libreoffice, work / "python-pptx.pptx"), read.open_document, STORY),
        ("libreoffice.pptx", by(make.libreoffice, work / "libreoffice.odp"), read.python_pptx, STORY),
        ("libreoffice.ppt", by(make.libreoffice_powerpoint, work / "libreoffice.odp"), as_slides, TEXT),
        ("libreoffice.pdf", by(make.libreoffice, work / "libreoffice.odp"), read.pdf, f"{TITLE} {TABLE}"),

        ("alternatives.eml", make.alternatives, read.letter, f"{TITLE} 灯塔 harbour visby {' '.join(PARAGRAPHS)}"),
        ("latin1.eml", make.latin1_letter, read.letter, f"Grüße Öllegård {LIST[0]} {LIST[1]}"),
        ("letters.mbox", make.mailbox_letters, read.letters, " ".join(PARAGRAPHS) + " From here on he was silent"),
        ("story.txt.gz", by(make.gzipped, markdown()), read.gunzip, STORY),

        ("encrypted.pdf", make.reportlab_encrypted, read.locked_pdf, NOTHING),
        ("encrypted-aes.pdf", by(make.pypdf_encrypted, work / "reportlab.pdf"), read.locked_pdf, NOTHING),
        ("encrypted.docx", by(make.encrypted_package, work / "pandoc.docx"), read.locked_office, NOTHING),
        ("encrypted.xlsx", by(make.encrypted_package, work / "openpyxl.xlsx"), read.locked_office, NOTHING),
        ("encrypted.odt", by(make.libreoffice_encrypted, work / "pandoc.odt", "writer8"),
            read.locked_open_document, NOTHING),
        ("encrypted.ods", by(make.libreoffice_encrypted, work / "libreoffice.ods", "calc8"),
            read.locked_open_document, NOTHING),
        ("encrypted.xls", by(make.libreoffice_encrypted, work / "libreoffice.ods", "MS Excel 97"), read.locked_office,
            NOTHING),
        ("encrypted.doc", by(make.libreoffice_encrypted, work / "pandoc.odt", "MS Word 97"), read.locked_office,
            NOTHING),
    )]


def make_one(fixture, path):
    """Makes the document, and the text beside it. Neither maker nor reader is trusted: the story must be in it."""
    fixture.make(path)
    text = read.words(fixture.read(path))
    path.with_name(path.name + ".txt").write_text(text + "\n", encoding="utf-8")
    found, meant = text.split(), read.words(fixture.holds).split()
    missing = sorted(set(meant) - set(found))
    need(not missing, f"{path.name}: its reader does not find {' '.join(missing)}")
    need(NEVER_SHOWN not in found, f"{path.name}: its reader finds what nobody sees")
    need(path.stat().st_size <= MOST_BYTES, f"{path.name} is too large: {path.stat().st_size} bytes")


def need(holds, otherwise):
    if not holds:
        raise SystemExit(f"fixtures: {otherwise}")


def main():
    work, target = map(pathlib.Path, sys.argv[1:])
    made = []
    for fixture in fixtures(work):
        path = work / fixture.name
        make_one(fixture, path)
        made += [path, path.with_name(path.name + ".txt")]
        print(f"{path.stat().st_size:7} {path.name}")
    total = sum(path.stat().st_size for path in made)
    need(total <= MOST_BYTES_OF_ALL, f"all together are too large: {total} bytes")
    print(f"{total:7} in all, of {len(made) // 2} documents")
    # Only now: a run that fails leaves the fixtures as they were. Directories hold what was not made here.
    target.mkdir(parents=True, exist_ok=True)
    for left in target.iterdir():
        if not left.is_dir():
            left.unlink()
    for path in made:
        (target / path.name).write_bytes(path.read_bytes())


main()
