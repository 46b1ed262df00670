internal import ArgumentParser
internal import IndexModel

/// `indexer config`
struct ConfigVerb: Verb {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Show each setting with its value and where it comes from.",
    discussion: """
      Flags go before INDEXER_* variables, these before the settings file, that before the defaults.

      Example:
        indexer config --data-dir /srv/index
      """)

  @OptionGroup var common: CommonOptions

  func perform(_ session: Session) throws -> ExitStatus {
    let report = SettingList(session.settings)
    try session.output.show(report) { report.text($0) }
    return .done
  }
}

/// What `config --json` prints.
struct SettingList: Encodable {
  /// That is read when it exists.
  @ExplicitNull var file: String?
  var settings: [Entry]

  struct Entry: Encodable {
    var key: String
    var value: String
    var origin: String
    var variable: String
    @ExplicitNull var flag: String?
    var summary: String
    var allowed: String
  }

  init(_ resolved: ResolvedSettings) {
    _file = ExplicitNull(wrappedValue: resolved.file)
    settings = Setting.all.map { setting in
      Entry(
        key: setting.key, value: setting.show(resolved.values),
        origin: resolved.origin(of: setting).description,
        variable: setting.variable, flag: setting.flag, summary: setting.summary, allowed: setting.allowed)
    }
  }

  func text(_ style: TextStyle) -> String {
    var table = TextTable(columns: [
      .init(heading: "SETTING"), .init(heading: "VALUE"), .init(heading: "FROM"),
    ])
    table.rows = settings.map {
      [.init($0.key), .init($0.value), .init($0.origin, $0.origin == "default" ? .dim : .cyan)]
    }
    return table.text(style)
  }
}
