internal import Foundation
internal import TestSupport

@testable import Extraction

/// What an extractor gives for these bytes.
struct Collected {
  var units: [DocumentUnit] = []
  var failure: ExtractionFailure?
  var other: (any Error)?

  /// All text, unit after unit.
  var text: String { units.map(\.text).joined() }
  var titles: [String?] { units.map(\.title) }

  init(
    _ bytes: some Sequence<UInt8>, name: String = "file", limits: UnitSink.Limits = UnitSink.Limits(),
    _ extract: (Document, UnitSink) throws -> Void
  ) throws {
    let bytes = Array(bytes)
    let scratch = try Scratch("extraction")
    try Data(bytes).write(to: URL(fileURLWithPath: scratch.path("document")))
    let file = open(scratch.path("document"), O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var units: [DocumentUnit] = []
    do {
      try extract(
        Document(descriptor: file, size: bytes.count, name: name), UnitSink(limits: limits) { units.append($0) })
    } catch let failure as ExtractionFailure {
      self.failure = failure
    } catch {
      other = error
    }
    self.units = units
  }
}
