"""Makes the documents that tools/bench has read: PDFs and Parquet files with texts of the tree.

usage: bench-documents.py DIR DUCKDB <LIST     LIST: paths, each ended by a zero byte
Makes DIR/pdf-*.pdf (of reportlab) and DIR/rows-*.parquet (of DuckDB's program DUCKDB).
"""

import csv
import pathlib
import subprocess
import sys

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

PDFS = 40
LINES_OF_A_PAGE = 60
PAGES = 40
TABLES = 4
ROWS = 250_000


def lines(paths):
    """The numbered lines of the texts among the files, one file after another."""
    for path in paths:
        if path.suffix in (".rst", ".txt", ".c"):
            try:
                text = path.read_text("ascii")
            except (OSError, UnicodeDecodeError):
                continue
            for number, line in enumerate(text.splitlines(), 1):
                yield str(path), number, line.expandtabs()[:110]


def make_pdf(target, source):
    canvas = Canvas(str(target), pagesize=A4)
    for _ in range(PAGES):
        text = canvas.beginText(40, 800)
        text.setFont("Helvetica", 9)
        for _, (_, _, line) in zip(range(LINES_OF_A_PAGE), source):
            text.textLine(line)
        canvas.drawText(text)
        canvas.showPage()
    canvas.save()


def make_table(target, source, duckdb):
    rows = target.with_suffix(".csv")
    with rows.open("w", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(["path", "line", "text"])
        writer.writerows(row for _, row in zip(range(ROWS), source))
    statement = f"COPY (FROM read_csv('{rows}', header = true, auto_detect = true)) TO '{target}' (FORMAT parquet)"
    subprocess.run([duckdb, "-no-init", "-batch", "-c", statement], check=True)
    rows.unlink()


def main():
    directory, duckdb = pathlib.Path(sys.argv[1]), sys.argv[2]
    paths = [pathlib.Path(path) for path in sys.stdin.read().split("\0") if path]
    source = lines(sorted(paths, key=lambda path: "/Documentation/" not in str(path)))
    directory.mkdir(parents=True, exist_ok=True)
    for number in range(PDFS):
        make_pdf(directory / f"pdf-{number:02}.pdf", source)
    for number in range(TABLES):
        make_table(directory / f"rows-{number}.parquet", source, duckdb)


main()
