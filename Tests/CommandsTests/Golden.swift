import Foundation
import Testing

/// Texts that are kept in files beside the tests. `REWRITE_GOLDEN=1 swift test` writes them anew.
enum Golden {
  static func expect(
    _ text: String, _ name: String, at location: SourceLocation = #_sourceLocation,
    beside file: String = #filePath
  ) throws {
    let url = URL(fileURLWithPath: file).deletingLastPathComponent().appending(path: "Golden/\(name)")
    if ProcessInfo.processInfo.environment["REWRITE_GOLDEN"] != nil {
      try Data(text.utf8).write(to: url)
      return
    }
    let expected = try String(contentsOf: url, encoding: .utf8)
    #expect(
      text == expected, "differs from \(url.path); REWRITE_GOLDEN=1 takes it over", sourceLocation: location)
  }
}
