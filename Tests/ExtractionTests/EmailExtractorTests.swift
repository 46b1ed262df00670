internal import Foundation
internal import TestSupport
import Testing

@testable import Extraction

@Suite("EmailExtractor")
struct EmailExtractorTests {
  private func read(_ mail: String, name: String = "a.eml") throws -> Collected {
    try Collected(mail.utf8, name: name) { document, sink in
      try EmailExtractor.extract(document, to: sink) { bytes, charset in
        ["HTML(\(charset ?? "?")) \(String(decoding: bytes, as: UTF8.self))"]
      }
    }
  }

  private static let head =
    "From: Ann <ann@example.org>\r\nTo: bob@example.org\r\nSubject: Plan\r\nMIME-Version: 1.0\r\n"
  private static let headLines = "From: Ann <ann@example.org>\nTo: bob@example.org\n"

  @Test("headers and text are decoded")
  func decoded() throws {
    let result = try read(
      """
      Received: from a by b; Mon, 4 Mar 2024 10:00:00 +0100
      From: =?UTF-8?Q?J=C3=BCrgen?= <j@example.org>
      To: "Doe, Jane" <jane@example.org>, bob@example.org
      Cc: =?iso-8859-1?B?RnLpZOlyaWM=?= <f@example.org>
      Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe_?= =?utf-8?q?aus_K=C3=B6ln?=
      Date: Mon, 4 Mar 2024 10:00:00 +0100
      Content-Type: text/plain; charset=iso-8859-1
      Content-Transfer-Encoding: quoted-printable

      Der gr=FCne Tee kostet 3 =80, und eine lange Zeile wird =
      fortgesetzt.
      """)
    #expect(result.failure == nil)
    #expect(result.titles == ["Grüße aus Köln"])
    #expect(
      result.text == """
        From: Jürgen <j@example.org>
        To: "Doe, Jane" <jane@example.org>, bob@example.org
        Cc: Frédéric <f@example.org>
        Date: Mon, 4 Mar 2024 10:00:00 +0100
        Der grüne Tee kostet 3 €, und eine lange Zeile wird fortgesetzt.

        """)
  }

  @Test("of several versions of a text the plain one is taken, and attachments are named only")
  func alternative() throws {
    let result = try read(
      Self.head + """
        Content-Type: multipart/mixed; boundary=o

        --o
        Content-Type: multipart/alternative; boundary=i

        --i
        Content-Type: text/html; charset=utf-8

        <p>rich</p>
        --i
        Content-Type: text/plain; charset=utf-8

        plain ü
        --i--
        --o
        Content-Type: application/pdf; name="Bericht.pdf"
        Content-Disposition: attachment; filename*=utf-8''Jahres%C3%BCbersicht.pdf
        Content-Transfer-Encoding: base64

        U0VDUkVU
        --o
        Content-Type: text/plain
        Content-Disposition: attachment; filename="notes.txt"

        not read
        --o--
        """)
    #expect(result.text == Self.headLines + "plain ü\nAttachment: Jahresübersicht.pdf\nAttachment: notes.txt\n")
  }

  @Test("without a plain version, or with an empty one, HTML is read")
  func html() throws {
    let only = try read(Self.head + "Content-Type: text/html; charset=koi8-r\n\n<p>rich</p>")
    #expect(only.text == Self.headLines + "HTML(koi8-r) <p>rich</p>\n")
    let blank = try read(
      Self.head + "Content-Type: multipart/alternative; boundary=i\n\n--i\nContent-Type: text/plain\n\n \n--i\n"
        + "Content-Type: text/html\n\nrich\n--i--\n")
    #expect(blank.text.hasPrefix(Self.headLines + "HTML(?) rich"))
  }

  @Test("a forwarded message is read in its place")
  func nested() throws {
    let result = try read(
      Self.head + """
        Content-Type: multipart/mixed; boundary=o

        --o

        See below.
        --o
        Content-Type: message/rfc822

        From: carl@example.org
        Subject: =?utf-8?q?=C3=84nderung?=

        The first text.
        --o--
        """)
    #expect(
      result.text == Self.headLines + "See below.\nSubject: Änderung\nFrom: carl@example.org\nThe first text.\n")
  }

  @Test("each message of a mailbox is a section")
  func mailbox() throws {
    let message = { (number: Int) in
      "From ann@example.org Mon Mar  4 10:00:00 2024\nFrom: ann@example.org\nSubject: Mail \(number)\n\n"
        + "Text \(number)\n>From here on.\n\n"
    }
    let result = try read((1...300).map(message).joined(), name: "inbox")
    #expect(result.failure == nil)
    #expect(result.titles == (1...300).map { "Mail \($0)" })
    #expect(result.units[299].text == "From: ann@example.org\nText 300\n>From here on.\n")
  }

  @Test(
    "a text whose charset is not told, unknown or wrong is read all the same",
    arguments: [
      "", "Content-Type: text/plain; charset=utf-8\n", "Content-Type: text; charset=us-ascii\n",
      "Content-Type: text/plain; charset=x-martian\n",
    ])
  func charsets(header: String) throws {
    let mail = Array((Self.head + header + "\nGr").utf8) + [0xFC] + Array("n\nBlau ü\n".utf8)
    let result = try Collected(mail, name: "a.eml") { try EmailExtractor.extract($0, to: $1) }
    #expect(result.text == Self.headLines + "Grün\nBlau ü\n")
  }

  @Test("parts nested without end are left out below some depth")
  func nesting() throws {
    let deep = (0..<3_000).map { "Content-Type: multipart/mixed; boundary=b\($0)\n\n--b\($0)\n" }.joined()
    let result = try read(Self.head + deep + "\ntext")
    #expect(result.text == Self.headLines)
    let forwarded = String(repeating: "Content-Type: message/rfc822\n\n", count: 3_000)
    #expect(try read(Self.head + forwarded + "\ntext").text == Self.headLines)
  }

  @Test("what breaks off, at any byte, gives what there is")
  func truncated() throws {
    let mail = Array(
      (Self.head + "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: text/plain\n"
        + "Content-Transfer-Encoding: base64\n\nR3LDvMOfZQ==\n--o--\n").utf8)
    for count in 0...mail.count {
      let result = try Collected(mail.prefix(count), name: "a.eml") { try EmailExtractor.extract($0, to: $1) }
      #expect(result.other == nil)
      #expect([nil, .notADocument, .damaged("no message")].contains(result.failure))
    }
    let whole = try Collected(mail, name: "a.eml") { try EmailExtractor.extract($0, to: $1) }
    #expect(whole.text == Self.headLines + "Grüße\n")
  }

  @Test("flipped bits end in text or in a failure that is known", arguments: 0..<60)
  func flipped(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var mail = Array(
      (Self.head + "Content-Type: multipart/alternative; boundary=o\n\n--o\nContent-Type: text/plain; charset=utf-7\n\n"
        + "plain\n--o\nContent-Type: text/html\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 a\n#86)C\n`\nend\n--o--")
        .utf8)
    for _ in 0..<10 {
      mail[Int.random(in: 0..<mail.count, using: &generator)] ^= UInt8.random(in: 1...255, using: &generator)
    }
    let result = try Collected(mail, name: "a.eml") { try EmailExtractor.extract($0, to: $1) }
    #expect(result.other == nil)
  }

  @Test("what is no mail is told by content")
  func noMail() throws {
    #expect(try read("just a text", name: "a.eml").failure == .notADocument)
  }
}

@Suite("MailSniffer")
struct MailSnifferTests {
  @Test(
    "mail is told by its header lines",
    arguments: [
      ("Received: x\nFrom: a@b\n\ntext", "x", true),
      ("MIME-Version: 1.0\r\nSubject: a\r\n\r\ntext", "x.txt", true),
      ("From: a\nSubject: b\n\ntext", "x.txt", false),
      ("From: a\nSubject: b\n\ntext", "x.EML", true),
      ("Subject: b", "x.eml", true),
      ("From ann@example.org Mon Mar  4 10:00:00 2024\nFrom: a\nSubject: b\n\ntext", "inbox", true),
      ("From 0123456789abcdef Mon Sep 17 00:00:00 2001\nFrom: a\nSubject: b\nDate: c\n\ntext", "a.patch", false),
      ("From here on all is well.\n", "x", false), ("From here on all is well.\n", "x.mbox", false),
      ("From: a\nnot a header\nReceived: b\n\n", "x", false),
      ("From: a\n\nReceived: b\nSubject: c\n", "x", false), (" Received: a\nFrom: b\n\n", "x", false),
      ("From: a\nSubject: b\nno blank line\n", "x.eml", true), ("From: a\nSubject: b\nno blank line\n", "x", false),
      ("Title: a\nAuthor: b\n\n", "x", false), ("", "x.eml", false), ("\n\n", "x.eml", false),
      ("HTTP/1.1 200 OK\nDate: a\nContent-Type: b\n\n", "x", false),
    ])
  func looks(text: String, name: String, isMail: Bool) {
    #expect(Array(text.utf8).withUnsafeBytes { MailSniffer.looksLikeMail($0, name: name) } == isMail)
  }
}
