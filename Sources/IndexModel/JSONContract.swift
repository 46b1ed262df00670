package import Foundation

/// JSON as every front end speaks it: snake case, sorted keys, no escaped slashes, one line.
package enum JSONContract {
  package static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value)
  }
}

/// The one shape of errors: `{"error":{"code","message","details"}}`.
package struct ErrorReport: Encodable, Hashable, Sendable {
  package var error: Body

  package struct Body: Encodable, Hashable, Sendable {
    package var code: String
    package var message: String
    package var details: [String: String]
  }

  package init(_ error: IndexerError) {
    self.error = Body(code: error.code.rawValue, message: error.message, details: error.details)
  }
}
