import Foundation
import TestSupport
import Testing

extension EndToEnd {
  @Suite("Data directories with trouble in them")
  struct DataDirectoryErrors {
    @Test("A queue that another program keeps locked is busy, exit 5; reading goes on; nothing is lost")
    func lockedQueue() async throws {
      let indexer = try Indexer(variables: ["INDEXER_BUSY_SECONDS": "1"])
      let id = try await Self.index(indexer)
      let shell = try ForeignShell(indexer.dataDirectory + "/queue.db", "BEGIN IMMEDIATE;")
      let directory = indexer.scratch.path("tree")
      for arguments in [["start", directory], ["start", "--background", directory], ["cancel", id]] {
        let asked = ContinuousClock.now
        let plain = try await indexer.spawn(arguments).end()
        expectClean(plain)
        #expect(plain.status == 5 && plain.errors.contains("queue.db") && plain.errors.contains("close"), "\(plain)")
        #expect(asked.duration(to: .now) < .seconds(5), "bounded")
        let json = try await indexer.spawn(arguments + ["--json"]).end()
        #expect(json.status == 5)
        #expect(try ErrorView.decode(json.output).code == "busy")
      }
      #expect(try await indexer.job(id).status == "completed")
      #expect(try await indexer.search("apple").hits.count == 1)
      shell.close()
      #expect(try await indexer.jobs().count == 1)
      try await indexer.succeed("start", directory)
    }

    @Test("A shard that another program locks for a while does not lose a job, nor its committed files")
    func lockedShard() async throws {
      let indexer = try Indexer(variables: ["INDEXER_BUSY_SECONDS": "1"])
      _ = try await Self.index(indexer)
      let shard = try #require(IndexFiles(indexer).shards.first)
      let shell = try ForeignShell(shard, "BEGIN IMMEDIATE;")
      try indexer.scratch.write("tree/two.txt", "banana")
      let start = try indexer.spawn(["start", indexer.scratch.path("tree")])
      #expect(try await poll(within: 30) { start.errorsSoFar.contains("locked by another program") }, "it says so")
      #expect(try await indexer.search("apple").hits.count == 1)
      shell.close()
      let result = try await start.end(within: 40)
      expectClean(result)
      // Given back to the queue, and taken again once the lock was gone.
      #expect(result.status == 0, "\(result)")
      let job = try #require(try await indexer.jobs().first)
      #expect(job.status == "completed" && job.attempt == 1)
      #expect(try await indexer.moves(job.id).contains("running>queued"))
      #expect(try await indexer.search("banana").hits.count == 1)
      try await IndexFiles(indexer).expectIntegrity()
    }

    @Test("Limits on what a process may write stop a job in order, and it goes on without them")
    func fileSizeLimit() async throws {
      let indexer = try Indexer()
      let tree = try SampleTree(at: indexer.scratch.path("tree"), seed: 6, plain: 1_500, isOdd: false)
      let limited = try ChildProcess(
        ["/usr/bin/prlimit", "--fsize=1500000", Indexer.binary, "start", tree.root],
        environment: [
          "HOME": indexer.scratch.path, "PATH": "/usr/bin:/bin", "INDEXER_DATA_DIR": indexer.dataDirectory,
          "INDEXER_MIN_FREE": "1M",
        ], directory: "/", scratch: indexer.scratch.path)
      let result = try await limited.end()
      expectClean(result)
      #expect(result.status == 1 || result.status == 6, "\(result)")
      #expect(result.everything.contains("indexer resume"), "\(result)")
      let id = try #require(try await indexer.jobs().first).id
      #expect(try await indexer.job(id).files.addsUp)
      try await IndexFiles(indexer).expectIntegrity()
      try await indexer.succeed("resume", id)
      #expect(try await indexer.wait(for: id, toBe: "completed").files.indexed == tree.files)
      try await IndexFiles(indexer).expectIntegrity()
    }

    @Test("A full disk pauses the job; with room again cron's call lets it go on", .enabled(if: MountedDisk.isPossible))
    func fullDisk() async throws {
      let disk = try MountedDisk(options: "size=3m")
      let indexer = try Indexer(dataDirectory: disk.path + "/data", variables: ["INDEXER_MIN_FREE": "0"])
      let tree = try SampleTree(at: indexer.scratch.path("tree"), seed: 6, plain: 3_000, isOdd: false)
      let result = try await indexer.run("start", tree.root)
      #expect(result.everything.contains("make room") || result.everything.contains("disk is nearly full"), "\(result)")
      let id = try #require(try await indexer.jobs().first).id
      let job = try await indexer.job(id)
      // Where not even the pause could be written, the job is left interrupted: the next call takes it up as well.
      #expect(result.status == (job.interrupted ? 1 : 6), "\(result)")
      #expect(job.interrupted || job.status == "paused" && job.pauseReason == "disk_low", "\(job)")
      #expect(job.files.addsUp)
      let refused = try await indexer.run("start", "--json", "--background", indexer.scratch.path)
      if refused.status != 0 { #expect(try ErrorView.decode(refused.output).code == "disk_full", "\(refused)") }

      try disk.remount("size=200m")
      let before = try await indexer.search(SampleTree.everywhere).hits.count
      #expect(before >= job.files.indexed)
      try await indexer.succeed("resume", "--interrupted")
      #expect(try await indexer.wait(for: id, toBe: "completed").files.indexed == tree.files)
      try await IndexFiles(indexer).expectIntegrity()
      try await indexer.killWorkers()
    }

    @Test("A disk with too little room left pauses the job before it is full", .enabled(if: MountedDisk.isPossible))
    func lowDisk() async throws {
      let disk = try MountedDisk(options: "size=40m")
      let indexer = try Indexer(dataDirectory: disk.path + "/data", variables: ["INDEXER_MIN_FREE": "100M"])
      // More than can be done before somebody looks.
      let tree = try SampleTree(at: indexer.scratch.path("tree"), seed: 7, plain: 3_000, isOdd: false)
      let result = try await indexer.run("start", tree.root)
      let job = try #require(try await indexer.jobs().first)
      #expect(result.status == 6 && job.pauseReason == "disk_low", "\(result)")
      #expect(job.error?.code == "disk_low")
      try await indexer.succeed("resume", "--interrupted")
      #expect(try await indexer.job(job.id).status == "paused", "still no room")
      try disk.remount("size=400m")
      try await indexer.succeed("resume", "--interrupted")
      try await indexer.wait(for: job.id, toBe: "completed")
      try await indexer.killWorkers()
    }

    @Test("A read-only data directory is read_only, exit 1, and says what to do", .enabled(if: MountedDisk.isPossible))
    func readOnly() async throws {
      let disk = try MountedDisk(options: "size=40m")
      let indexer = try Indexer(dataDirectory: disk.path + "/data")
      _ = try await Self.index(indexer)
      try disk.remount("ro")
      for verb in [["start", indexer.scratch.path("tree")], ["resume", "--interrupted"]] {
        let plain = try await indexer.spawn(verb).end()
        expectClean(plain)
        #expect(plain.status == 1 && plain.errors.contains("read-only") && plain.errors.contains(disk.path), "\(plain)")
        let json = try await indexer.spawn(verb + ["--json"]).end()
        #expect(json.status == 1)
        #expect(try ErrorView.decode(json.output).code == "read_only")
      }
      try disk.remount("rw")
      #expect(try await indexer.search("apple").hits.count == 1)
      try await indexer.succeed("start", indexer.scratch.path("tree"))
    }

    @Test("A damaged queue.db is damaged, exit 1, in every verb, and is not touched")
    func damagedQueue() async throws {
      let indexer = try Indexer()
      let id = try await Self.index(indexer)
      let file = indexer.dataDirectory + "/queue.db"
      try Self.flipBytes(of: file)
      let before = try Data(contentsOf: URL(fileURLWithPath: file))
      for verb in [
        ["start", indexer.scratch.path("tree")], ["status"], ["status", id], ["jobs"], ["pause", id],
        ["search", "apple"],
        ["resume", "--interrupted"], ["doctor"],
      ] {
        let plain = try await indexer.spawn(verb).end()
        expectClean(plain)
        #expect(plain.status == 1 && plain.everything.contains("queue.db"), "\(plain)")
      }
      let json = try await indexer.run("status", "--json")
      #expect(try ErrorView.decode(json.output).code == "damaged")
      #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
    }

    @Test("A damaged shard fails the job and the search with a message; doctor names it, and what mends it")
    func damagedShard() async throws {
      let indexer = try Indexer()
      _ = try await Self.index(indexer)
      let shard = try #require(IndexFiles(indexer).shards.first)
      try Self.flipBytes(of: shard)
      let directory = indexer.scratch.path("tree")
      let search = try await indexer.run("search", "apple")
      #expect(search.status == 1 && search.errors.contains("damaged") && search.errors.contains(shard), "\(search)")
      let start = try await indexer.run("start", directory)
      #expect(start.status == 1 && start.output.contains("damaged"), "\(start)")
      #expect(try await indexer.jobs().first?.error?.code == "damaged")
      let doctor = try await indexer.run("doctor")
      #expect(doctor.status == 1 && doctor.output.contains("BAD") && doctor.output.contains(shard), "\(doctor)")
      let project = try #require(try await indexer.jobs().first).project
      #expect(doctor.output.contains("indexer doctor --fix"), "\(doctor)")

      try indexer.scratch.write("healthy/three.txt", "cherry apple")
      try await indexer.succeed("start", indexer.scratch.path("healthy"))
      let others = try await indexer.succeed("search", "apple")
      #expect(
        others.output.contains("three.txt") && others.errors.contains("\(project) could not be asked"), "\(others)")
      #expect(try await indexer.succeed("projects").output.contains("healthy"))
      let fix = try await indexer.run("doctor", "--fix")
      #expect(fix.output.contains("damaged shards of \(project)"), "\(fix)")
      let isMended = try await poll(within: 30, every: 100) {
        try await indexer.jobs().allSatisfy { $0.status == "completed" || $0.status == "failed" }
      }
      #expect(isMended)
      #expect(try await indexer.search("apple").hits.count == 2)
      #expect(try await indexer.run("doctor").status == 0)
    }

    @Test("doctor --fix sets a damaged queue.db aside, and rescues what can be read")
    func rescuedQueue() async throws {
      let indexer = try Indexer()
      _ = try await Self.index(indexer)
      try Self.flipBytes(of: indexer.dataDirectory + "/queue.db")
      let doctor = try await indexer.run("doctor")
      #expect(doctor.status == 1 && doctor.output.contains("indexer doctor --fix"), "\(doctor)")
      let fix = try await indexer.run("doctor", "--fix")
      #expect(
        fix.status == 0 && fix.output.contains("queue.db was damaged") && fix.output.contains("rescued"), "\(fix)")
      #expect(try await indexer.search("apple").hits.count == 1)
    }

    @Test("A missing shard fails with a message, not with an empty answer")
    func missingShard() async throws {
      let indexer = try Indexer()
      _ = try await Self.index(indexer)
      let shard = try #require(IndexFiles(indexer).shards.first)
      try FileManager.default.moveItem(atPath: shard, toPath: indexer.scratch.path("away"))
      let search = try await indexer.run("search", "apple")
      #expect(search.status == 1 && search.errors.contains(shard), "\(search)")
      let doctor = try await indexer.run("doctor")
      #expect(doctor.status == 1, "\(doctor)")
    }

    @Test("A data directory that others can write, that is a file, or of a newer version is refused")
    func unsafe() async throws {
      let indexer = try Indexer()
      _ = try await Self.index(indexer)
      chmod(indexer.dataDirectory, 0o777)
      let open = try await indexer.run("status", "--json")
      #expect(open.status == 1)
      #expect(try ErrorView.decode(open.output).code == "data_directory_unsafe")
      chmod(indexer.dataDirectory, 0o700)

      let file = try indexer.scratch.write("plain", "")
      #expect(try await indexer.run("status", "--data-dir", file).status == 1)

      _ = try await IndexFiles(indexer).rows(
        indexer.dataDirectory + "/queue.db", "PRAGMA user_version = 99", readOnly: false)
      let newer = try await indexer.run("status", "--json")
      #expect(newer.status == 1)
      #expect(try ErrorView.decode(newer.output).code == "newer_schema")
    }

    @Test("P10: the directory is 0700, its files 0600, and the queue holds no word of a document")
    func protected() async throws {
      let indexer = try Indexer()
      _ = try await Self.index(indexer)
      _ = try await indexer.search("apple")
      for name in try FileManager.default.subpathsOfDirectory(atPath: indexer.dataDirectory) + [""] {
        var status = stat()
        #expect(lstat("\(indexer.dataDirectory)/\(name)", &status) == 0)
        #expect(status.st_mode & 0o077 == 0, "\(name) is open to others")
      }
      for name in ["queue.db", "queue.db-wal"] {
        let bytes = FileManager.default.contents(atPath: "\(indexer.dataDirectory)/\(name)") ?? Data()
        #expect(bytes.range(of: Data("apple".utf8)) == nil, "\(name)")
      }
    }

    /// One small tree, indexed.
    ///
    /// - Returns: the job's id.
    private static func index(_ indexer: Indexer) async throws -> String {
      try indexer.scratch.write("tree/one.txt", "apple pie")
      try await indexer.succeed("start", indexer.scratch.path("tree"))
      return try #require(try await indexer.jobs().first).id
    }

    /// Damages a database file all over, but for its first page.
    private static func flipBytes(of file: String) throws {
      for log in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: file + log) {
        try FileManager.default.removeItem(atPath: file + log)
      }
      var bytes = try Data(contentsOf: URL(fileURLWithPath: file))
      try #require(bytes.count > 8_192)
      for place in stride(from: 4_096, to: bytes.count, by: 61) { bytes[place] ^= 0xff }
      try bytes.write(to: URL(fileURLWithPath: file))
    }
  }
}
