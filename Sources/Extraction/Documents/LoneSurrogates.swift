internal import Foundation

/// Escapes such as `\ud83d` without their other half: RFC 8259 lets a writer write them (8.2), and no Unicode text can
/// hold them.
enum LoneSurrogates {
  /// `json` with U+FFFD in their place; nothing else is changed, nor looked at.
  static func replaced(in json: Data) -> Data {
    var result = json
    var offset = json.startIndex
    while let escape = json[offset...].firstIndex(of: UInt8(ascii: "\\")) {
      guard let half = half(of: json, at: escape) else {
        // Past what it escapes, which may be another backslash.
        offset = min(escape + 2, json.endIndex)
        continue
      }
      if half == .high, Self.half(of: json, at: escape + 6) == .low {
        offset = escape + 12
        continue
      }
      result.replaceSubrange(escape + 2..<escape + 6, with: "fffd".utf8)
      offset = escape + 6
    }
    return result
  }

  private enum Half { case high, low }

  private static func half(of json: Data, at offset: Int) -> Half? {
    guard offset + 6 <= json.endIndex, json[offset] == UInt8(ascii: "\\"), json[offset + 1] == UInt8(ascii: "u"),
      let unit = UInt16(String(decoding: json[offset + 2..<offset + 6], as: UTF8.self), radix: 16)
    else { return nil }
    return UTF16.isLeadSurrogate(unit) ? .high : UTF16.isTrailSurrogate(unit) ? .low : nil
  }
}
