// swift-tools-version: 6.2
import PackageDescription

/// Our own code is held to more than the compiler asks for: see `Sources/Indexing/Indexing.docc`.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, exclude: exclude,
    swiftSettings: strict)
}

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
  name: "indexer",
  platforms: [.macOS(.v15)],
  dependencies: [
    // SQLite with a row API, statement cache and transactions that one can read; keeps raw C calls to the hot loops.
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    // Parses the command line and writes help, shell completions and the manual page from one description.
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    // One logging call for all modules; where the lines go is decided in one place.
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    // Settings from flags, environment and a JSON file, in a fixed order of precedence.
    .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0"),
    // The HTTP server: small, structured concurrency throughout, no TLS that nobody asked for.
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    // Starts and stops the parts of `serve` in order, on SIGTERM too.
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    // What Hummingbird is built on: its thread pool takes the calls that block.
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    // Tests run the built program and its tools; no shell strings.
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: [
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CFreeXL", pkgConfig: "freexl", providers: [.apt(["libfreexl-dev"])]),
    .systemLibrary(name: "CGMime", pkgConfig: "gmime-3.0", providers: [.apt(["libgmime-3.0-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // SHA-256 and comparing in constant time, for tokens: a tenth of the build of swift-crypto.
    .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
    .target(name: "CSupport", linkerSettings: [.linkedLibrary("sqlite3")]),

    module("IndexModel"),
    module("SQLiteStore", ["IndexModel", "CSupport", grdb, sqlite]),
    module("Jobs", ["IndexModel", "SQLiteStore", "CSupport", grdb]),
    module("Projects", ["IndexModel", "SQLiteStore", grdb]),
    module("Catalog", ["IndexModel", "SQLiteStore", "Tokens", "CZstd", grdb]),
    module("Search", ["IndexModel", "SQLiteStore", "Catalog", "Tokens", "CSupport", grdb]),
    module("Tokens", ["IndexModel", "CStemmer"]),
    module("Scanning", ["IndexModel", "CXXHash", "CSupport"]),
    module("Extraction", ["IndexModel", "CSupport", "CZip", "CXML", "CFreeXL", "CGMime", "CZlib"]),
    module(
      "Indexing",
      [
        "IndexModel", "SQLiteStore", "Jobs", "Projects", "Catalog", "Tokens", "Search", "Scanning", "Extraction",
        "CSupport", "CSodium", logging,
      ]),
    .target(
      name: "HTTPAPI",
      dependencies: [
        "IndexModel", "Indexing", "CSupport", logging,
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ],
      exclude: ["Files"], swiftSettings: strict),
    module(
      "Commands",
      [
        "IndexModel", "Indexing", "HTTPAPI", logging,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
      ]),
    .executableTarget(name: "indexer", dependencies: ["Commands"], swiftSettings: strict),

    // For tests only: scratch directories, and other programs run without a shell.
    .target(name: "TestSupport", dependencies: ["IndexModel"], swiftSettings: strict),

    tests(of: "IndexModel", ["TestSupport"]),
    tests(of: "SQLiteStore", ["IndexModel", "TestSupport", grdb]),
    tests(of: "Tokens", ["TestSupport"]),
    tests(of: "Scanning", ["IndexModel"]),
    tests(of: "Extraction", ["IndexModel", "CSupport", "TestSupport", "CZip"], exclude: ["Fixtures"]),
    tests(of: "Jobs", ["IndexModel", "SQLiteStore", "Projects", "TestSupport", grdb]),
    tests(of: "Projects", ["IndexModel", "SQLiteStore", "Jobs", "TestSupport", grdb]),
    tests(of: "Catalog", ["IndexModel", "SQLiteStore", "Tokens", "TestSupport", grdb]),
    tests(of: "Search", ["IndexModel", "SQLiteStore", "Catalog", "Tokens", "CSupport", grdb]),
    tests(of: "Indexing", ["IndexModel", "Jobs", "Catalog", "Projects", "SQLiteStore", "TestSupport", grdb]),
    tests(
      of: "Commands",
      ["IndexModel", "Indexing", logging, .product(name: "ArgumentParser", package: "swift-argument-parser")],
      exclude: ["Golden"]),
    .testTarget(
      name: "EndToEndTests", dependencies: ["indexer", "Extraction", "IndexModel", "Indexing", "TestSupport"],
      exclude: ["Fixtures"],
      swiftSettings: strict
    ),
  ]
)
