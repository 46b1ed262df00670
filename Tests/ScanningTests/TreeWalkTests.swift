import Foundation
import Glibc
import IndexModel
import Testing

@testable import Scanning

@Suite struct TreeWalkTests {
  @Test("entries come in strict byte order of their whole paths")
  func order() throws {
    let scratch = try Scratch()
    for name in ["a/x", "a-b/y", "a.c", "a0", "B", "a/.z", "a-", "aa/b/c", "é", "~", "a/b/c", "a/b-c"] {
      try scratch.write(name)
    }
    try scratch.makeDirectory("c/.git")
    try scratch.write("c/.git-x")
    try scratch.write("c/.git.x/y")
    let paths = try scratch.run().entries.map(\.path)
    #expect(paths.count == 15)
    #expect(paths == paths.sorted())
  }

  @Test("what is not a regular file is skipped with its reason and never opened")
  func kinds() throws {
    let scratch = try Scratch()
    try scratch.write("file")
    try scratch.write("directory/inside")
    try scratch.link("link-to-directory", to: "directory")
    try scratch.link("link-to-file", to: "file")
    try scratch.link("dangling", to: "nowhere")
    #expect(mkfifo(scratch.absolute("pipe"), 0o600) == 0)
    #expect(mknod(scratch.absolute("sock"), S_IFSOCK | 0o600, 0) == 0)
    try scratch.write("big", String(repeating: "x", count: 11))
    #expect(
      try scratch.run(WalkOptions(maximumFileSize: 10)).lines == [
        "big: too_large", "dangling: symbolic_link", "directory/inside", "file",
        "link-to-directory: symbolic_link",
        "link-to-file: symbolic_link", "pipe: fifo", "sock: socket",
      ])
  }

  @Test("devices and other file systems are not entered")
  func devices() throws {
    let lines = try TreeWalk(root: "/dev", options: WalkOptions()).run(isStopped: { false }).lines
    #expect(lines.contains("null: device"))
    let system = try TreeWalk(root: "/", options: WalkOptions()).judge()
    #expect(system.verdict(for: RelativePath("proc")) == .skipped(.otherFileSystem))
    #expect(system.verdict(for: RelativePath("proc/self/status")) == .skipped(.otherFileSystem))
  }

  @Test(
    "directories of version control systems are one entry each",
    arguments: [".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", "CVS", ".fossil"])
  func versionControl(name: String) throws {
    let scratch = try Scratch()
    try scratch.write("sub/\(name)/config")
    try scratch.write("sub/\(name)x")
    #expect(try scratch.run().lines == ["sub/\(name): version_control", "sub/\(name)x"])
  }

  @Test("the .git file of a worktree is version control too, a file called CVS is not")
  func markerFiles() throws {
    let scratch = try Scratch()
    try scratch.write(".git", "gitdir: /nowhere\n")
    try scratch.write("CVS")
    #expect(try scratch.run().lines == [".git: version_control", "CVS"])
  }

  @Test("without recursion, subdirectories are not looked at")
  func notRecursive() throws {
    let scratch = try Scratch()
    try scratch.write("a")
    try scratch.write("sub/b")
    let walk = scratch.walk(WalkOptions(recursive: false))
    #expect(try walk.run(isStopped: { false }).lines == ["a"])
    #expect(
      try walk.verdict(for: RelativePath("sub/b")) == .ignored(IgnoreRule(origin: .notRecursive, pattern: ""))
    )
  }

  @Test("names that are not UTF-8 keep their bytes")
  func rawNames() throws {
    let scratch = try Scratch()
    let name: [UInt8] = [0x66, 0xFF, 0x0A, 0x67]
    let file = (Array("\(scratch.path)/".utf8) + name + [0]).withUnsafeBytes {
      creat($0.assumingMemoryBound(to: CChar.self).baseAddress!, 0o600)
    }
    #expect(file >= 0)
    close(file)
    #expect(try scratch.run().entries.map(\.path.bytes) == [name])
  }

  @Test("trees deeper than any path may be long are walked and read", arguments: [(3_000, 1), (40, 200)])
  func deep(levels: Int, nameLength: Int) throws {
    let scratch = try Scratch()
    defer { scratch.removeDeepTree() }
    let path = try scratch.writeDeep(levels: levels, name: String(repeating: "d", count: nameLength))
    let result = try scratch.run()
    #expect(result.entries.map(\.path) == [path])
    #expect(result.isComplete)
    let judged = try scratch.walk().verdict(for: path)
    #expect(judged == .file(result.entries[0].fingerprint))
    let reading = try SourceDirectory(path: scratch.path)
      .read(path, limit: 10, into: ReadBuffer(), isStopped: { false })
    guard case .read = reading else {
      Issue.record("read gave \(reading)")
      return
    }
  }

  @Test("a directory of many files is walked whole")
  func wide() throws {
    let scratch = try Scratch()
    for index in 0..<5_000 { close(creat(scratch.absolute("f\(index)"), 0o600)) }
    let result = try scratch.run()
    #expect(result.entries.count == 5_000)
    #expect(result.entries.map(\.path) == result.entries.map(\.path).sorted())
  }

  @Test("one thread and four find the same")
  func threads() throws {
    let scratch = try Scratch()
    for index in 0..<300 { try scratch.write("d\(index % 17)/e\(index % 5)/f\(index)") }
    let one = try scratch.walk().run(threads: 1, isStopped: { false })
    let four = try scratch.walk().run(threads: 4, isStopped: { false })
    #expect(one.entries.count == 300)
    #expect(one.entries == four.entries)
  }

  @Test("a stopped walk says that it is not complete")
  func stopped() throws {
    let scratch = try Scratch()
    for index in 0..<20 { try scratch.write("d\(index)/f") }
    var questions = 0
    let result = try scratch.walk().run(threads: 1) {
      questions += 1
      return questions > 5
    }
    #expect(!result.isComplete)
    #expect(result.entries.count == 4)
  }
}
