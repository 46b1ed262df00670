import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("Documents and tables")
  struct Documents {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    private static let fixtures = root.appending(path: "Tests/ExtractionTests/Fixtures")

    /// A tree of these fixtures.
    private static func tree(_ names: String..., in indexer: Indexer) throws -> String {
      let tree = indexer.scratch.path("tree")
      try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
      for name in names {
        try FileManager.default.copyItem(atPath: fixtures.appending(path: name).path, toPath: "\(tree)/\(name)")
      }
      return tree
    }

    @Test("Hits of documents say the page, the sheet and rows, or the heading")
    func places() async throws {
      let indexer = try Indexer()
      let tree = try Self.tree(
        "reportlab.pdf", "openpyxl.xlsx", "pandoc.docx", "python-pptx.pptx", "encrypted.pdf",
        "libreoffice.docx", "pandoc.html", "pandoc.rst", in: indexer)
      try await indexer.succeed("start", tree)
      let hits = try await indexer.search("Nord").hits
      let kinds = Set(hits.compactMap(\.kind))
      #expect(kinds.isSuperset(of: ["pdf", "xlsx", "docx", "pptx"]), "\(kinds)")
      for hit in hits {
        switch hit.kind {
        case "pdf", "pptx": #expect(hit.page != nil, "\(hit)")
        case "xlsx": #expect(hit.sheet != nil && hit.rows != nil && hit.snippet.contains("region: Nord"), "\(hit)")
        case "docx", "html", "rst": #expect(hit.title != nil, "\(hit)")
        default: Issue.record("an unexpected hit: \(hit)")
        }
      }
      // Found by its name, though nobody can read it without its password; and not read again.
      #expect(try await indexer.search("path:encrypted.pdf").hits.count == 1)
      let why = try await indexer.succeed("why", "\(tree)/encrypted.pdf").output
      #expect(why.contains("pdf, version 1") && why.contains("encrypted"), "\(why)")
      try await indexer.succeed("start", tree)
      #expect(!(try await indexer.succeed("doctor").output.contains("BAD")))
      let second = try await #require(indexer.jobs().first)
      #expect(second.files.unchanged == 7 && second.files.addsUp, "\(second)")
      #expect(second.reasons.failed == ["encrypted": 1], "\(second)")
    }

    @Test("What met a limit is tried once more in a later run, and then left alone; a crash is not tried again")
    func retries() async throws {
      let indexer = try Indexer()
      let tree = try Self.tree("duckdb.parquet", "comma.csv", in: indexer)
      /// A run with this in the place of DuckDB.
      func reasons(_ script: String) async throws -> [String: Int] {
        let program = try indexer.scratch.write("bin/duckdb", "#!/bin/sh\n\(script)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let path = "\(indexer.scratch.path("bin")):/usr/bin:/bin"
        let run = try Indexer(dataDirectory: indexer.dataDirectory, variables: ["PATH": path])
        try await run.succeed("start", tree)
        return try await #require(run.jobs().first).reasons.failed
      }
      let (short, works) = ("echo out of memory >&2; exit 1", "echo region,amount; echo Nord,12")
      #expect(try await reasons(short) == ["memory_limit": 1])
      #expect(try await reasons(short) == ["memory_limit": 1])
      // It would be read now; nobody tries.
      #expect(try await reasons(works) == ["memory_limit": 1])
      let file = "\(tree)/duckdb.parquet"
      try FileManager.default.removeItem(atPath: file)
      try await indexer.succeed("start", tree)
      try FileManager.default.copyItem(atPath: Self.fixtures.appending(path: "duckdb.parquet").path, toPath: file)
      #expect(try await reasons(short) == ["memory_limit": 1])
      #expect(try await reasons(works) == [:])
      try FileManager.default.removeItem(atPath: file)
      try await indexer.succeed("start", tree)
      try FileManager.default.copyItem(atPath: Self.fixtures.appending(path: "duckdb.parquet").path, toPath: file)
      #expect(try await reasons("kill -SEGV $PPID; sleep 10") == ["crashed_extractor": 1])
      #expect(try await reasons(works) == ["crashed_extractor": 1])
    }

    @Test("A converter that is installed later is used by the next run, for its files only")
    func laterConverter() async throws {
      let without = try Indexer()
      let tree = try Self.tree("duckdb.parquet", "comma.csv", in: without)
      try await without.succeed("start", tree)
      #expect(try await without.jobs().first?.reasons.skipped == ["missing_converter": 1])
      let why = try await without.succeed("why", "\(tree)/duckdb.parquet").output
      #expect(why.contains("duckdb-cli (PyPI)"), "\(why)")

      // In the place of DuckDB, which is not in Debian.
      let program = try without.scratch.write("bin/duckdb", "#!/bin/sh\necho region,amount; echo Foundlater,12\n")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
      let path = "\(without.scratch.path("bin")):/usr/bin:/bin"
      let with = try Indexer(dataDirectory: without.dataDirectory, variables: ["PATH": path])
      try await with.succeed("start", tree)
      let second = try await #require(with.jobs().first)
      #expect(second.files.indexed == 1 && second.files.unchanged == 1, "\(second)")
      #expect(try await with.search("Foundlater").hits.count == 1)
    }

    @Test("A project's choice of columns decides what is searched and what is shown")
    func columns() async throws {
      let indexer = try Indexer()
      try indexer.scratch.write("tree/sales.csv", "region,amount,keeper\nNord,1250,Anna\nSouth,980,Bert\n")
      try indexer.scratch.write("tree/other.csv", "city,people\nMalmo,300000\n")
      try indexer.scratch.write("tree/notes.txt", "Nord 1250\n")
      let tree = indexer.scratch.path("tree")
      try await indexer.succeed("start", tree)
      #expect(try await indexer.search("1250").hits.count == 2)

      let chosen = try await indexer.succeed("preferences", "--search", "Region", "--context", "amount").output
      #expect(chosen.contains(tree), "the source is due: \(chosen)")
      #expect(try await indexer.search("1250").hits.count == 2, "searches answer as before until the next run")
      try await indexer.succeed("start", tree)
      let job = try await #require(indexer.jobs().first)
      #expect(job.files.indexed == 1 && job.files.unchanged == 1, "\(job)")
      #expect(job.reasons.skipped == ["missing_column": 1], "\(job)")
      #expect(try await indexer.search("1250").hits.map(\.kind) == ["text"])
      let hit = try await #require(indexer.search("Nord kind:csv", "--path", "*.csv").hits.first)
      #expect(hit.snippet.contains("Nord") && hit.context.contains("1250") && !hit.context.contains("Anna"), "\(hit)")
      #expect(!(try await indexer.succeed("preferences").output.contains(tree)), "nothing is due any more")
      let both = try await indexer.run("preferences", "--search", "region", "--context", "Region ")
      #expect(both.status == 64, "\(both)")
    }
  }
}
