internal import Configuration
internal import Foundation
internal import IndexModel
internal import Indexing

/// The settings of one call: flags go before `INDEXER_*` variables, these before the settings file, that before
/// the defaults.
struct ResolvedSettings: Sendable {
  var values = SettingValues()
  /// By key; a setting that is not named has its default.
  private(set) var origins: [String: SettingOrigin] = [:]
  /// The settings file that counts, whether or not it exists; nil for a user without a home.
  let file: String?

  func origin(of setting: Setting) -> SettingOrigin { origins[setting.key] ?? .standard }

  /// - Parameters:
  ///   - flags: texts by key.
  ///   - workingDirectory: where a relative data directory starts.
  /// - Throws: `invalid_configuration`, naming the place, the key and what is allowed there.
  init(
    flags: [String: String], environment: [String: String], account: UserAccount, workingDirectory: String
  ) throws {
    let base = account.baseDirectory("XDG_CONFIG_HOME", ".config", environment)
    file = base.map { $0 + "/indexer/config.json" }
    let layers = try Self.layers(flags: flags, environment: environment, file: file)
    for setting in Setting.all {
      for layer in layers {
        guard let text = try layer.text(of: setting) else { continue }
        guard setting.read(text, &values) else { throw layer.refusal(of: setting, text) }
        origins[setting.key] = layer.origin(of: setting)
        break
      }
    }
    try completeDataDirectory(environment, account, workingDirectory)
  }

  /// Fills in the default, and makes the path absolute.
  private mutating func completeDataDirectory(
    _ environment: [String: String], _ account: UserAccount, _ workingDirectory: String
  ) throws {
    var path = values.service.dataDirectory
    if path.isEmpty {
      guard let base = account.baseDirectory("XDG_DATA_HOME", ".local/share", environment) else {
        throw IndexerError(
          .invalidConfiguration,
          "this user has no home directory to keep the index in; say where with --data-dir or INDEXER_DATA_DIR"
        )
      }
      path = base + "/indexer"
    }
    if path == "~" || path.hasPrefix("~/"), let home = account.home { path = home + path.dropFirst() }
    values.service.dataDirectory = AbsolutePath.of(path, from: workingDirectory)
  }

  // MARK: Layers

  /// One place that settings come from.
  private struct Layer {
    var snapshot: any ConfigSnapshot
    /// In front of the setting's key.
    var prefix: [String]
    var origin: (Setting) -> SettingOrigin

    func origin(of setting: Setting) -> SettingOrigin { origin(setting) }

    /// What this place says of `setting`; numbers of the settings file as text.
    func text(of setting: Setting) throws -> String? {
      let key = AbsoluteConfigKey(prefix + [setting.key])
      let found: ConfigValue?
      do {
        found = try snapshot.value(forKey: key, type: .string).value
      } catch {
        guard let number = try? snapshot.value(forKey: key, type: .int).value else {
          throw refusal(of: setting, nil)
        }
        found = number
      }
      switch found?.content {
      case .string(let text): return text.isEmpty ? nil : text
      case .int(let number): return String(number)
      default: return nil
      }
    }

    func refusal(of setting: Setting, _ text: String?) -> IndexerError {
      let place =
        switch origin(of: setting) {
        case .file(let path): "\(path): \(setting.key)"
        case .environment(let variable): variable
        case .flag(let flag): flag
        case .standard: setting.key
        }
      let value = text.map { " is \"\($0)\", but" } ?? ""
      return IndexerError(
        .invalidConfiguration, "\(place)\(value) must be \(setting.allowed)", details: ["key": setting.key])
    }
  }

  /// The strongest first.
  private static func layers(
    flags: [String: String], environment: [String: String], file: String?
  ) throws -> [Layer] {
    let flagValues = flags.map {
      (AbsoluteConfigKey([$0.key]), ConfigValue(.string($0.value), isSecret: false))
    }
    var layers = [
      Layer(
        snapshot: InMemoryProvider(name: "flags", values: Dictionary(uniqueKeysWithValues: flagValues))
          .snapshot(),
        prefix: [], origin: { .flag($0.flag ?? $0.key) }),
      Layer(
        snapshot: EnvironmentVariablesProvider(environmentVariables: environment).snapshot(),
        prefix: ["indexer"],
        origin: { .environment($0.variable) }),
    ]
    if let file, let data = try SettingsFile.read(file) {
      let snapshot = try SettingsFile.snapshot(of: data, at: file)
      layers.append(Layer(snapshot: snapshot, prefix: [], origin: { _ in .file(file) }))
    }
    return layers
  }
}
