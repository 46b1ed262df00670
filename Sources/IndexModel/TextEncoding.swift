/// How a file's bytes became text.
package enum TextEncoding: String, Sendable, Codable {
  case utf8 = "utf-8"
  case utf16LittleEndian = "utf-16le"
  case utf16BigEndian = "utf-16be"
  /// The fallback: every byte is a letter, nothing is lost.
  case latin1 = "iso-8859-1"
}
