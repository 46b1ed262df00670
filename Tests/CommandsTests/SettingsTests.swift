import Foundation
import IndexModel
import Indexing
import Logging
import Testing

@testable import Commands

@Suite struct SettingsTests {
  private let scratch: Scratch
  private let account: UserAccount

  init() throws {
    scratch = try Scratch()
    account = UserAccount(name: "ann", home: scratch.path)
  }

  private func resolve(
    flags: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
  ) throws -> ResolvedSettings {
    if let file { try scratch.write(file, ".config/indexer/config.json") }
    return try ResolvedSettings(
      flags: flags, environment: environment, account: account, workingDirectory: "/proj")
  }

  private func origin(_ key: String, _ settings: ResolvedSettings) throws -> String {
    settings.origin(of: try #require(Setting.all.first { $0.key == key })).description
  }

  @Test("without anything the defaults hold")
  func defaults() throws {
    let settings = try resolve()
    var expected = Settings()
    expected.dataDirectory = scratch.path + "/.local/share/indexer"
    #expect(settings.values.service == expected)
    #expect(settings.values.logLevel == nil)
    for setting in Setting.all { #expect(settings.origin(of: setting) == .standard) }
  }

  @Test("flags go before variables, these before the file")
  func precedence() throws {
    let file = #"{"workers": 5, "queue_limit": 50, "idle_seconds": "7", "max_file_size": "10M"}"#
    let settings = try resolve(
      flags: ["workers": "9"], environment: ["INDEXER_WORKERS": "8", "INDEXER_QUEUE_LIMIT": "80"], file: file)
    #expect(settings.values.service.workers == 9)
    #expect(settings.values.service.queueLimit == 80)
    #expect(settings.values.service.idleSeconds == 7)
    #expect(settings.values.service.maximumFileSize == 10 << 20)
    #expect(try origin("workers", settings) == "flag --workers")
    #expect(try origin("queue_limit", settings) == "environment INDEXER_QUEUE_LIMIT")
    #expect(try origin("idle_seconds", settings) == scratch.path + "/.config/indexer/config.json")
    #expect(try origin("busy_seconds", settings) == "default")
  }

  @Test("every setting can be set by its variable")
  func variables() throws {
    let settings = try resolve(environment: [
      "INDEXER_DATA_DIR": "data", "INDEXER_WORKERS": "1", "INDEXER_QUEUE_LIMIT": "2",
      "INDEXER_IDLE_SECONDS": "0",
      "INDEXER_MAX_FILE_SIZE": "4K", "INDEXER_MIN_FREE": "1GB", "INDEXER_BUSY_SECONDS": "6",
      "INDEXER_KEEP_GENERATIONS": "7", "INDEXER_KEEP_DAYS": "8", "INDEXER_KEEP_AUDIT_DAYS": "9",
      "INDEXER_MAX_UPLOAD": "1K", "INDEXER_UPLOAD_KINDS": "pdf,csv",
      "INDEXER_ROOTS": "/a:/b c", "INDEXER_HOST_NAMES": "one,two.example",
      "INDEXER_LOG_LEVEL": "Debug",
    ])
    var expected = Settings()
    expected.dataDirectory = "/proj/data"
    expected.workers = 1
    expected.queueLimit = 2
    expected.idleSeconds = 0
    expected.maximumFileSize = 4096
    expected.minimumFreeBytes = 1_000_000_000
    expected.busySeconds = 6
    expected.keepGenerations = 7
    expected.keepDays = 8
    expected.keepAuditDays = 9
    expected.maximumUpload = 1024
    expected.uploadKinds = ["pdf", "csv"]
    #expect(settings.values.service == expected)
    #expect(settings.values.logLevel == .debug)
    #expect(settings.values.roots == ["/a", "/b c"] && settings.values.hostNames == ["one", "two.example"])
    for setting in Setting.all { #expect(settings.origin(of: setting) == .environment(setting.variable)) }
  }

  @Test("an empty variable is none")
  func emptyVariable() throws {
    #expect(try resolve(environment: ["INDEXER_WORKERS": ""]).values.service.workers == 3)
  }

  @Test(
    "a bad value names its place and what is allowed",
    arguments: [
      (["INDEXER_WORKERS": "0"], nil, #"INDEXER_WORKERS is "0", but must be a whole number from 1 to 64"#),
      (["INDEXER_MIN_FREE": "much"], nil, #"INDEXER_MIN_FREE is "much", but must be a number of bytes"#),
      (
        ["INDEXER_LOG_LEVEL": "loud"], nil,
        "but must be trace, debug, info, notice, warning, error, critical"
      ),
      ([:], #"{"workers": "x"}"#, #"config.json: workers is "x", but must be"#),
      ([:], #"{"workers": [1]}"#, "config.json: workers must be a whole number from 1 to 64"),
      ([:], #"{"workers": 1.5}"#, "config.json: workers must be"),
      ([:], #"{"worker": 1}"#, "config.json: worker is not a setting; there are data_dir, workers"),
      ([:], #"[1]"#, "is not a JSON object"),
      ([:], "{", "is not a JSON object"),
    ] as [([String: String], String?, String)])
  func badValues(environment: [String: String], file: String?, message: String) throws {
    do {
      _ = try resolve(environment: environment, file: file)
      Issue.record("was taken")
    } catch let error as IndexerError {
      #expect(error.code == .invalidConfiguration)
      #expect(error.message.contains(message), "\(error.message)")
    }
  }

  @Test("a settings file that is a directory cannot be read, and that is said")
  func unreadable() throws {
    try scratch.write("", ".config/indexer/config.json/x")
    #expect(throws: IndexerError.self) { try resolve() }
  }

  @Test("XDG directories count when they are absolute")
  func xdg() throws {
    let settings = try resolve(environment: ["XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c"])
    #expect(settings.values.service.dataDirectory == "/d/indexer")
    #expect(settings.file == "/c/indexer/config.json")
    #expect(
      try resolve(environment: ["XDG_DATA_HOME": "d"]).values.service.dataDirectory.hasPrefix(scratch.path))
  }

  @Test("a leading ~ is the home, also in the file")
  func tilde() throws {
    #expect(try resolve(file: #"{"data_dir": "~/x"}"#).values.service.dataDirectory == scratch.path + "/x")
  }

  @Test("without a home the data directory must be named")
  func noHome() throws {
    let nobody = UserAccount(name: "nobody", home: nil)
    #expect(throws: IndexerError.self) {
      try ResolvedSettings(flags: [:], environment: [:], account: nobody, workingDirectory: "/")
    }
    let named = try ResolvedSettings(
      flags: ["data_dir": "/d"], environment: [:], account: nobody, workingDirectory: "/")
    #expect(named.values.service.dataDirectory == "/d")
  }

  @Test("without HOME the password file knows")
  func passwordFile() {
    let account = UserAccount(environment: [:])
    #expect(account.home?.hasPrefix("/") == true)
    #expect(account.actor.hasPrefix("cli:"))
    #expect(UserAccount(environment: ["HOME": "/h"]).home == "/h")
  }

  @Test("`config` prints each with its origin")
  func configVerb() throws {
    let environment = ["HOME": scratch.path, "INDEXER_WORKERS": "2"]
    let call = Call(["config", "--data-dir", "d"], environment: environment, in: "/proj")
    #expect(call.status == 0)
    #expect(
      call.out == """
        data_dir\t/proj/d\tflag --data-dir
        workers\t2\tenvironment INDEXER_WORKERS
        queue_limit\t1000\tdefault
        idle_seconds\t60\tdefault
        max_file_size\t67108864\tdefault
        max_upload\t50000000\tdefault
        upload_kinds\t\tdefault
        min_free\t500000000\tdefault
        keep_generations\t2\tdefault
        keep_days\t30\tdefault
        keep_audit_days\t365\tdefault
        roots\t\tdefault
        host_names\t\tdefault
        busy_seconds\t10\tdefault
        log_level\twarning; info for a worker\tdefault

        """)
    let json = Call(["config", "--json"], environment: environment)
    #expect(
      json.out.contains(#"{"allowed":"a whole number from 1 to 64","flag":"--workers","key":"workers","#))
  }

  @Test("a bad setting ends every verb with 64 and its code")
  func badSettingEndsVerb() {
    let call = Call(["jobs", "--json"], environment: ["HOME": scratch.path, "INDEXER_WORKERS": "many"])
    #expect(call.status == 64)
    #expect(call.out.hasPrefix(#"{"error":{"code":"invalid_configuration","details":{"key":"workers"},"#))
  }
}
