internal import Foundation
internal import Hummingbird
internal import IndexModel

/// The part of an address behind the question mark. A name that means nothing is an error: a misspelt filter that is left
/// out silently is worse.
struct Query {
  private var values: [String: [String]] = [:]

  /// - Throws: `usage`.
  init(_ request: Request, _ names: String...) throws {
    for pair in (request.uri.query ?? "").split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decoded(parts[0])
      guard names.contains(name) else {
        let known = names.isEmpty ? "none" : names.joined(separator: ", ")
        throw IndexerError(.usage, "\(name) is not a parameter here; there is \(known)")
      }
      values[name, default: []].append(try Self.decoded(parts.count > 1 ? parts[1] : ""))
    }
  }

  static func decoded(_ text: some StringProtocol) throws -> String {
    let spaced = String(text).replacing("+", with: " ")
    guard let decoded = spaced.removingPercentEncoding, !decoded.utf8.contains(0) else {
      throw IndexerError(.usage, "the address is not percent-encoded UTF-8, or has a null byte")
    }
    return decoded
  }

  /// All values of a name that may be given several times.
  func texts(_ name: String) -> [String] { values[name] ?? [] }

  /// - Returns: nil when it is not given.
  func text(_ name: String) throws -> String? {
    let all = texts(name)
    guard all.count < 2 else { throw IndexerError(.usage, "\(name) is given more than once") }
    return all.first
  }

  func number(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
    guard let text = try text(name) else { return nil }
    guard let number = Int(text), range.contains(number) else {
      throw IndexerError(
        .usage, "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func value<Value: RawRepresentable<String> & CaseIterable>(_ name: String, as type: Value.Type) throws -> Value? {
    try text(name).map { try Self.word($0, of: name) }
  }

  func values<Value: RawRepresentable<String> & CaseIterable>(_ name: String, as type: Value.Type) throws -> [Value] {
    try texts(name).map { try Self.word($0, of: name) }
  }

  private static func word<Value: RawRepresentable<String> & CaseIterable>(
    _ text: String, of name: String
  ) throws -> Value {
    guard let value = Value(rawValue: text) else {
      let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw IndexerError(.usage, "\(name) must be one of \(known)")
    }
    return value
  }
}

extension CallContext {
  /// The job's id of the path, whole: programs need no short forms, and one that is short today may fit two tomorrow.
  func jobID() throws -> String {
    let id = try path("id")
    guard id.utf8.count == 36 else { throw IndexerError(.notFound, "there is no job \(id); GET /jobs lists them") }
    return id
  }

  /// A part of the path, such as a job's id.
  func path(_ name: String) throws -> String {
    guard let text = parameters.get(name)?.removingPercentEncoding, !text.utf8.contains(0) else {
      throw IndexerError(.usage, "the address is not percent-encoded UTF-8, or has a null byte")
    }
    return text
  }
}
