import Foundation
import IndexModel
import Testing

@testable import Extraction

/// Documents made by real programs, each compared with what another reader finds in it: `tools/fixtures` makes both, and
/// says by what rules.
@Suite("Documents of real programs")
struct FixtureTests {
  private static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  static let documents: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
    return names.filter { names.contains("\($0).txt") }.sorted()
  }()

  @Test("has the words that another reader finds", arguments: documents)
  func words(name: String) throws {
    let expected = Self.words(
      try String(contentsOf: Self.directory.appending(path: "\(name).txt"), encoding: .utf8))
    let (text, failure) = try Self.text(of: name)
    if name.hasPrefix("encrypted") {
      #expect(failure == .encrypted)
      return
    }
    if case .missingConverter = failure {
      // Said by the name of the package; the documents are read where it is installed.
      print("\(name): not compared, \(failure!)")
      return
    }
    if name == "libreoffice.ppt" {
      // catppt finds nothing in what LibreOffice writes, and that is told.
      #expect(failure == .damaged("catppt finds no text in it"))
      return
    }
    #expect(failure == nil)
    #expect(!text.contains("Nevershown"))
    let found = Self.words(text)
    let missing = Self.counts(expected).filter { word, count in Self.counts(found)[word, default: 0] < count }
    #expect(Set(missing.keys) == Self.lacking[name, default: []], "\(name)")
    // Names of columns stand in each row, titles with each unit: more, but no other words.
    let invented = Set(found).subtracting(expected).subtracting(Self.labels(ofFileNamed: name))
    #expect(invented.isEmpty, "\(name) has \(invented.sorted())")
  }

  /// What we are known to have less often than the other reader.
  private static let lacking: [String: Set<String>] = [
    // The value of a formula: FreeXL does not read it.
    "libreoffice.xls": ["5707", "75"],
    // The page's title, which is given once when the first heading says the same.
    "page.html": ["The", "lamp", "of", "Grönsund"], "pandoc.html": ["The", "lamp", "of", "Grönsund"],
  ]

  /// What we add to the text: names of sheets, of columns without one, of the headers of mail and of its attachments,
  /// numbers of pages in a header or footer, what stands before the text of a Markdown file.
  private static func labels(ofFileNamed name: String) -> Set<String> {
    switch name.split(separator: ".").last {
    case "xlsx", "xls", "ods": ["Keepers", "The", "account", "Sheet"]
    case "csv", "tsv": ["column", "1", "2", "3", "4"]
    case "eml", "mbox":
      ["From", "To", "Cc", "Date", "Attachment", "Fri", "15", "Mar", "2024", "12", "00", "0000", "png"]
    case "doc", "docx": ["PAGE", "1"]
    case "md", "rst": ["title", "lang", "en", "1"]
    default: []
    }
  }

  /// The text as the worker stores it, and titles.
  private static func text(of name: String) throws -> (String, ExtractionFailure?) {
    let data = try Data(contentsOf: directory.appending(path: name))
    let kind = FileKind.word(forName: Array(name.utf8))
    return try data.withUnsafeBytes { bytes in
      switch FormatSniffer.format(of: bytes, kind: kind, name: name) {
      case .binary: return ("", .notADocument)
      case .text(let encoding):
        return (String(decoding: TextDecoder().decode(bytes, as: encoding), as: UTF8.self), nil)
      case .document(let family):
        let descriptor = open(directory.appending(path: name).path, O_RDONLY)
        defer { close(descriptor) }
        let document = Document(descriptor: descriptor, size: bytes.count, name: name)
        var text = ""
        do {
          try family.extractor(of: document).extract(
            document, to: UnitSink { text += " \($0.title ?? "") \($0.text) \($0.context)" })
          return (text, nil)
        } catch let failure as ExtractionFailure {
          return (text, failure)
        }
      }
    }
  }

  private static func words(_ text: String) -> [String] {
    text.precomposedStringWithCanonicalMapping.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private static func counts(_ words: [String]) -> [String: Int] {
    words.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
