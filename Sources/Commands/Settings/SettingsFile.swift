internal import Configuration
internal import Foundation
internal import IndexModel

/// The settings file: one JSON object, keys as in ``Setting/all``.
enum SettingsFile {
  /// The bytes of the file at `path`; nil when there is none.
  static func read(_ path: String) throws -> Data? {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
      return nil
    } catch {
      guard access(path, F_OK) == 0 || errno != ENOENT && errno != ENOTDIR else { return nil }
      throw IndexerError(
        .invalidConfiguration, "\(path) cannot be read; check its permissions, or move it away")
    }
  }

  /// What the file says.
  ///
  /// - Throws: `invalid_configuration` when it is not a JSON object, or has a key that means nothing: a misspelt
  ///   setting that is silently left out is worse than an error.
  static func snapshot(of data: Data, at path: String) throws -> any ConfigSnapshot {
    guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
      throw IndexerError(
        .invalidConfiguration, "\(path) is not a JSON object, such as {\"workers\": 2}")
    }
    let known = Setting.all.map(\.key)
    if let stranger = object.keys.sorted().first(where: { !known.contains($0) }) {
      throw IndexerError(
        .invalidConfiguration,
        "\(path): \(stranger) is not a setting; there are \(known.joined(separator: ", "))",
        details: ["key": stranger])
    }
    do {
      return try JSONSnapshot(data: data.bytes, providerName: path, parsingOptions: .default)
    } catch {
      throw IndexerError(
        .invalidConfiguration, "\(path) holds a value that is neither text nor a whole number")
    }
  }
}
