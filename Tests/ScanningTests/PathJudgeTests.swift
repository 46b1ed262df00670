import Foundation
import Glibc
import IndexModel
import Testing

@testable import Scanning

@Suite struct PathJudgeTests {
  @Test("a path shares the fate of a directory above it that is not entered")
  func fate() throws {
    let scratch = try Scratch()
    for name in [".git/config", "build/deep/file", "kept/file", "elsewhere/file", "own/file"] {
      try scratch.write(name)
    }
    try scratch.write(".gitignore", "build\n")
    try scratch.link("link", to: "elsewhere")
    let judge = try scratch.walk(ownDirectory: try scratch.identity("own")).judge()
    let rule = IgnoreRule(origin: .file(path: ".gitignore", line: 1), pattern: "build")
    let expected: [(String, PathVerdict)] = [
      ("", .directory), ("kept", .directory), (".git/config", .skipped(.versionControl)),
      ("build", .ignored(rule)), ("build/deep/file", .ignored(rule)), ("link/file", .skipped(.symbolicLink)),
      ("own/file", .skipped(.ownDatabase)), ("none", .missing), ("none/at/all", .missing),
      ("kept/file/below", .missing), ("../x", .missing), ("kept/../kept/file", .missing),
      ("kept//file", .missing),
      ("/etc/passwd", .missing), ("kept/", .missing),
    ]
    for (path, verdict) in expected {
      #expect(judge.verdict(for: RelativePath(path)) == verdict, "\(path)")
    }
  }

  @Test("judge and walk agree on every entry")
  func agrees() throws {
    let scratch = try Scratch()
    for name in ["a", "b/c", "b/.env", "d/e/f", "d/CVS/g"] { try scratch.write(name) }
    try scratch.link("b/l", to: "c")
    let walk = scratch.walk()
    let judge = try walk.judge()
    for entry in try walk.run(isStopped: { false }).entries {
      let expected: PathVerdict =
        switch entry.verdict {
        case .file: .file(entry.fingerprint)
        case .skipped(let reason): .skipped(reason)
        case .failed(let reason): .failed(reason)
        }
      #expect(judge.verdict(for: entry.path) == expected)
    }
  }

  @Test("P8: a file that comes back, in a directory of the same name, is not called missing")
  func comesBack() throws {
    let scratch = try Scratch()
    try scratch.write("sub/file")
    let judge = try scratch.walk().judge()
    let path = RelativePath("sub/file")
    guard case .file = judge.verdict(for: path) else {
      Issue.record("not found at first")
      return
    }
    try FileManager.default.removeItem(atPath: scratch.absolute("sub"))
    #expect(judge.verdict(for: path) == .missing)
    try scratch.write("sub/file")
    guard case .file = judge.verdict(for: path) else {
      Issue.record("not found again")
      return
    }
  }

  @Test("P8: nothing is missing while the source itself is gone")
  func rootGone() throws {
    let scratch = try Scratch()
    try scratch.write("root/file")
    let judge = try scratch.walk(at: "root").judge()
    try FileManager.default.removeItem(atPath: scratch.absolute("root"))
    #expect(judge.verdict(for: RelativePath("file")) == .failed(.vanished))
    try scratch.makeDirectory("root")
    #expect(judge.verdict(for: RelativePath("file")) == .failed(.vanished))
  }
}
