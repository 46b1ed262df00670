/// Why a document gave no text. Costs this one file only.
package enum ExtractionFailure: Error, Hashable, Sendable {
  /// It asks for a password.
  case encrypted
  /// It breaks off, or is not what it says it is. What is wrong, for `why`.
  case damaged(String)
  /// More text, entries, or a higher compression than any real document has.
  case tooMuchText
  case timeLimit
  case memoryLimit
  /// A program that reads this format is not installed: the Debian or PyPI package to install.
  case missingConverter(String)
  /// The project wants a column searched that this table does not have: its name.
  case missingColumn(String)
  /// Not one of the formats that are read, after all.
  case notADocument
}
