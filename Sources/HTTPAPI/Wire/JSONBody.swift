internal import Foundation
internal import Hummingbird
internal import IndexModel

/// A request's body: one JSON object. A key that means nothing is an error, and so is a value of another type.
struct JSONBody {
  /// Bytes.
  private static let limit = 64 << 10

  private let values: [String: JSONValue]

  /// - Parameter keys: that it may have.
  /// - Throws: `usage`; `too_large`.
  init(_ request: Request, _ keys: String...) async throws {
    let bytes = try await Self.bytes(of: request)
    do {
      values = try JSONDecoder().decode([String: JSONValue].self, from: Data(bytes))
    } catch {
      throw IndexerError(.usage, "the body must be one JSON object, in UTF-8 and not nested deeply")
    }
    if let stranger = values.keys.sorted().first(where: { !keys.contains($0) }) {
      throw IndexerError(.usage, "\(stranger) is not known here; there is \(keys.joined(separator: ", "))")
    }
  }

  private static func bytes(of request: Request) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    var pace = BodyPace()
    for try await part in request.body {
      try pace.received(part.readableBytes)
      guard bytes.count + part.readableBytes <= limit else {
        throw IndexerError(.tooLarge, "the body has more than \(limit) bytes")
      }
      bytes += part.readableBytesView
    }
    return bytes
  }

  func text(_ key: String) throws -> String? {
    switch values[key] {
    case nil: return nil
    case .text(let text) where !text.utf8.contains(0): return text
    default: throw IndexerError(.usage, "\(key) must be text, without null bytes")
    }
  }

  func required(_ key: String) throws -> String {
    guard let text = try text(key), !text.isEmpty else { throw IndexerError(.usage, "\(key) is missing") }
    return text
  }

  func truth(_ key: String) throws -> Bool? {
    switch values[key] {
    case nil: return nil
    case .truth(let value): return value
    default: throw IndexerError(.usage, "\(key) must be true or false")
    }
  }

  func number(_ key: String, in range: ClosedRange<Int64>) throws -> Int64? {
    switch values[key] {
    case nil: return nil
    case .number(let number) where range.contains(number): return number
    default:
      throw IndexerError(.usage, "\(key) must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  func texts(_ key: String) throws -> [String]? {
    switch values[key] {
    case nil: return nil
    case .list(let list):
      return try list.map {
        guard case .text(let text) = $0, !text.utf8.contains(0) else { throw Self.notTexts(key) }
        return text
      }
    default: throw Self.notTexts(key)
    }
  }

  private static func notTexts(_ key: String) -> IndexerError {
    IndexerError(.usage, "\(key) must be a list of texts, without null bytes")
  }

  func value<Value: RawRepresentable<String> & CaseIterable>(_ key: String, as type: Value.Type) throws -> Value? {
    guard let text = try text(key) else { return nil }
    guard let value = Value(rawValue: text) else {
      let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw IndexerError(.usage, "\(key) must be one of \(known)")
    }
    return value
  }
}

/// Any JSON value.
private enum JSONValue: Decodable {
  case null
  case truth(Bool)
  case number(Int64)
  case fraction(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .truth(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .number(value)
    } else if let value = try? container.decode(Double.self) {
      self = .fraction(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }
}
