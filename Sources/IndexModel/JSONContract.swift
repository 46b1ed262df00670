package import Foundation

/// JSON as every front end speaks it: snake case, sorted keys, no escaped slashes, one line.
package enum JSONContract {
  package static func encode(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return snakeCased(try encoder.encode(value))
  }

  /// Every key in snake case. `JSONEncoder`'s own way to do that takes several times as long as all else that it does,
  /// which a service feels.
  ///
  /// - Parameter json: as `JSONEncoder` makes it: no blanks between a key and its colon.
  static func snakeCased(_ json: Data) -> Data {
    var result: [UInt8] = []
    result.reserveCapacity(json.count + json.count / 8)
    json.withUnsafeBytes { bytes in
      var place = 0
      while place < bytes.count {
        guard bytes[place] == UInt8(ascii: "\"") else {
          result.append(bytes[place])
          place += 1
          continue
        }
        let end = endOfString(from: place, in: bytes)
        if end < bytes.count, bytes[end] == UInt8(ascii: ":") {
          for byte in bytes[place..<end] {
            if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) {
              result.append(UInt8(ascii: "_"))
              result.append(byte | 0x20)
            } else {
              result.append(byte)
            }
          }
        } else {
          result.append(contentsOf: bytes[place..<end])
        }
        place = end
      }
    }
    return Data(result)
  }

  /// - Returns: the place behind the closing quote.
  private static func endOfString(from start: Int, in bytes: UnsafeRawBufferPointer) -> Int {
    var place = start + 1
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(place + 1, bytes.count)
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
