"""Messages and mailboxes that no program sends, and file names that few people choose."""

import base64

HEAD = b"From: keeper@gronsund.example\r\nTo: harbour@visby.example\r\nSubject: lamp\r\nMIME-Version: 1.0\r\n"


def multipart(levels):
    """Parts in parts; none of them is ever closed."""
    made = [HEAD]
    for level in range(levels):
        made.append(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level))
    return b"".join([*made, b"Content-Type: text/plain\r\n\r\nlamp\r\n"])


def body(kind, text, encoding=b"7bit"):
    return HEAD + b"Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s" % (kind, encoding, text)


def messages():
    yield "deep.eml", multipart(15_000)
    yield "letters-in-letters.eml", HEAD + b"Content-Type: message/rfc822\r\n\r\nSubject: lamp\r\n" * 20_000
    yield "parts-100000.eml", body(b'multipart/mixed; boundary="b"', b"--b\r\n\r\nlamp\r\n" * 100_000)
    yield "boundary-of-nothing.eml", body(b'multipart/mixed; boundary=""', b"--\r\n\r\nlamp\r\n----\r\n")
    yield "no-boundary.eml", body(b"multipart/alternative", b"lamp")
    yield "long-boundary.eml", body(b'multipart/mixed; boundary="%s"' % (b"b" * 300_000), b"--b\r\n\r\nlamp")
    yield "long-header.eml", b"Subject: " + b"lamp " * 200_000 + b"\r\n\r\nlamp"
    yield "headers-without-end.eml", b"".join(b"X-%d: lamp\r\n" % number for number in range(80_000))
    yield "encoded-words.eml", b"Subject: " + b"=?utf-8?q?=C3?= =?x-none?b?////?= " * 30_000 + b"\r\n\r\nlamp"
    yield "addresses-50000.eml", b"To: " + b"(((" * 10_000 + b"a@b.example, " * 50_000 + b"\r\n\r\nlamp"
    yield "broken-base64.eml", body(b"text/plain", b"=" * 1000 + b"\xff*" * 1000 + b"bGFtcA", b"base64")
    yield "broken-quoted-printable.eml", body(b"text/plain", b"=ZZ=\r\n=\n=" * 10_000, b"quoted-printable")
    yield "uuencoded.eml", body(b"text/plain", b"begin 999 ../../outside\r\n" + b"M" * 100_000, b"x-uuencode")
    yield "unknown-encoding.eml", body(b"text/plain; charset=x-lamp", b"l\xe4mp\0lamp", b"x-lamp")
    yield "wrong-encoding.eml", body(b"text/plain; charset=utf-16", b"l\xe4mp")
    yield "page-without-end.eml", body(b"text/html", b"<div>" * 200_000)
    whole = base64.encodebytes(b"lamp " * 150_000)
    yield "large-attachment.eml", body(
        b'multipart/mixed; boundary="b"',
        b"--b\r\nContent-Disposition: attachment; filename*=utf-8''%2e%2e%2foutside\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + whole + b"\r\n--b--\r\n")
    yield "a-million-empty-letters.mbox", b"From a\n\n" * 1_000_000
    yield "a-letter-without-end.mbox", b"From a@b.example Fri Mar 15 12:00:00 2024\n" + b"lamp " * 200_000
    yield "headers-only.mbox", b"From a@b.example Fri Mar 15 12:00:00 2024\nSubject: lamp\n" * 20_000
    yield "deep.mbox", b"From a@b.example Fri Mar 15 12:00:00 2024\n" + multipart(3_000) * 3


def names():
    """What stands in them is harmless."""
    yield b"name-with-\xff\xfe-bytes.csv", b"region,amount\nNord,1250\n"
    yield "name-with-\n-a-line-break.csv", b"region,amount\nNord,1250\n"
    yield "name-with-\x1b[31m-colours.html", b"<p>lamp</p>"
    yield "-name-like-an-option.rtf", b"{\\rtf1 lamp}"
    yield "name-'; rm -rf lamp; $(lamp) `lamp`.eml", HEAD + b"\r\nlamp"
    yield "name-from-right-to-left-\u202etxt.fdp.csv", b"region,amount\nNord,1250\n"
    yield "n" * 250 + ".html", b"<p>lamp</p>"
    yield "%PDF-1.7.csv", b"%PDF-1.7\nregion,amount\n"


def files():
    yield from messages()
    yield from names()
