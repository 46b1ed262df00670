import IndexModel
import Testing

@testable import Extraction

@Suite("FormatSniffer")
struct FormatSnifferTests {
  @Test(
    "A file is told by its content, and by its name where the content fits several",
    arguments: [
      ("%PDF-1.7 …", "report.txt", .document(.pdf)),
      ("a text that speaks of %PDF-", "notes.txt", .text(.utf8)),
      ("{\\rtf1 text}", "letter.doc", .document(.rtf)),
      ("PK\u{3}\u{4}\u{0}", "archive.txt", .document(.zip)),
      ("PAR1", "table.csv", .document(.parquet)), ("PARE", "locked", .document(.parquet)),
      ("<!doctype html><p>page", "saved", .document(.html)), ("<p>fragment", "part.html", .document(.html)),
      ("no tags", "odd.html", .text(.utf8)), ("<!doctype html>", "view.swift", .text(.utf8)),
      ("From: a@b\nMessage-ID: <1>\n\nhello", "saved", .document(.email)), ("hello", "odd.eml", .text(.utf8)),
      ("a,b\n1,2\n", "t.csv", .document(.csv)), ("a,b\n1,2\n", "t.c", .text(.utf8)), ("", "t.csv", .text(.utf8)),
      ("{\"cells\":[]}", "n.ipynb", .document(.notebook)), ("cells", "n.ipynb", .text(.utf8)),
      ("digraph { a -> b }", "graph.dot", .text(.utf8)), ("\u{0}\u{1}\u{2}", "x.pdf", .binary),
    ] as [(String, String, FileFormat)])
  func format(content: String, name: String, expected: FileFormat) {
    let found = Array(content.utf8).withUnsafeBytes {
      FormatSniffer.format(of: $0, kind: FileKind.word(forName: Array(name.utf8)), name: name)
    }
    #expect(found == expected)
  }
}
