"""The story that all fixtures tell: words of several scripts, headings, a list, a note and a table."""

import datetime

TITLE = "The lamp of Grönsund"
SECTIONS = (
    ("The keeper", (
        "Öllegård Brännström kept the lighthouse of Grönsund for thirty years.",
        "Each evening she wound the clockwork, trimmed the wick and wrote one line in her book.")),
    ("Two visitors", (
        "A captain from Πειραιάς called it ο φάρος που δεν κοιμάται.",
        "A geographer wrote 灯塔 照亮 北方 on the wall, and Пётр from Выборг drew a маяк beside it.")),
)
LIST = ("a barrel of lamp oil", "ein Fässchen Schmieröl", "une mèche neuve pour l’été")
ACCOUNT = "The account"
NOTE = "The clockwork is now in the museum of Visby."
COMMENT = "Ask the museum for a photograph."
NEVER_SHOWN = "Nevershown"

HEADER = ("region", "amount", "date")
ROWS = (
    ("Nord", 1250, datetime.date(2024, 3, 15)),
    ("Süd", 980.5, datetime.date(2024, 4, 2)),
    ("Αιγαίο", 77, datetime.date(2024, 5, 20)),
    ("北方", 3400.25, datetime.date(2024, 12, 31)),
)
# For encodings that have no more than western letters.
WESTERN_ROWS = (*ROWS[:2], ("Málaga", 1, datetime.date(2024, 6, 1)), ("Århus", 42.75, datetime.date(2024, 7, 9)))
KEEPERS = (
    ("keeper", "since"), ("Öllegård Brännström", datetime.date(1987, 10, 1)), ("Пётр", datetime.date(2018, 1, 7)),
)

PARAGRAPHS = tuple(paragraph for _, paragraphs in SECTIONS for paragraph in paragraphs)


def cells(rows=ROWS):
    """The table as words: header, then row by row."""
    return " ".join(str(value) for row in (HEADER, *rows) for value in row)


TEXT = " ".join((TITLE, *(heading for heading, _ in SECTIONS), *PARAGRAPHS, *LIST, ACCOUNT, cells()))


def markdown(title=True):
    lines = ["---", f"title: {TITLE}", "lang: en", "---", ""] if title else [f"# {TITLE}", ""]
    for heading, paragraphs in SECTIONS:
        lines += [f"## {heading}", ""] + [line for paragraph in paragraphs for line in (paragraph, "")]
    lines[-2] += "[^1]"
    lines += [*(f"- {item}" for item in LIST), "", f"## {ACCOUNT}", ""]
    header, *rows = ("| " + " | ".join(map(str, row)) + " |" for row in (HEADER, *ROWS))
    lines += [header, "|---|--:|---|", *rows]
    return "\n".join([*lines, "", f"[^1]: {NOTE}", ""])


PAGE = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{TITLE}</title>
<style>p.{NEVER_SHOWN} {{ color: #333 }}</style>
<script>var text = "{NEVER_SHOWN} <p>{NEVER_SHOWN}</p>";</script>
</head>
<body>
<!-- {NEVER_SHOWN} -->
<h1>The lamp of Gr&ouml;nsund</h1>
<div hidden>{NEVER_SHOWN} in a hidden part.</div>
<p style="display: none">{NEVER_SHOWN} in a paragraph without a display.</p>
{"".join(f"<h2>{heading}</h2>" + "".join(f"<p>{text}</p>" for text in texts) for heading, texts in SECTIONS)}
<ul><li>{"</li><li>".join(LIST)}</li></ul>
<template><p>{NEVER_SHOWN}</p></template>
<h2>{ACCOUNT}</h2>
<table><tr><th>{"</th><th>".join(HEADER)}</th></tr>
{"".join("<tr><td>" + "</td><td>".join(map(str, row)) + "</td></tr>" for row in ROWS)}
</table>
<p>The k<b>eep</b>er&#8217;s b&#x6F;ok&nbsp;is closed.<br>Good<wbr> night.</p>
</body>
</html>
"""
