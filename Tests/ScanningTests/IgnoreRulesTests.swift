import Foundation
import Glibc
import IndexModel
import Testing

@testable import Scanning

/// Ignore rules that git's random trees do not reach: repositories, our own files, options, and what is told.
@Suite struct IgnoreRulesTests {
  @Test("an ignored directory counts once, and the rule that ignored most comes first")
  func counting() throws {
    let scratch = try Scratch()
    for name in ["build/a", "build/b", "x.o", "y.o", "sub/z.o", "kept"] { try scratch.write(name) }
    try scratch.write(".gitignore", "# first\n*.o\n\n/build/\n")
    let result = try scratch.run()
    #expect(result.lines == [".gitignore", "kept"])
    #expect(result.ignoredEntries == 4)
    #expect(
      result.ignoredByRule.map { "\($0.rule) \($0.rule.pattern) \($0.count)" } == [
        ".gitignore:2 *.o 3", ".gitignore:4 /build/ 1",
      ])
    #expect(result.isComplete)
  }

  @Test("ignore files count for nothing when they are not wanted")
  func notUsed() throws {
    let scratch = try Scratch()
    try scratch.write(".gitignore", "*")
    try scratch.write(".indexerignore", "*")
    #expect(try scratch.run(WalkOptions(useIgnoreFiles: false)).lines == [".gitignore", ".indexerignore"])
    #expect(try scratch.run().ignoredEntries == 2)
  }

  @Test(".indexerignore is stronger than the .gitignore beside it, and both than those above")
  func indexerignore() throws {
    let scratch = try Scratch()
    try scratch.write(".gitignore", "*.log\n")
    try scratch.write(".indexerignore", "!keep.log\n*.txt\n")
    try scratch.write("sub/.gitignore", "!*.txt\n")
    for name in ["keep.log", "other.log", "a.txt", "sub/a.txt", "sub/keep.log"] { try scratch.write(name) }
    #expect(
      try scratch.run().lines.filter { !$0.contains("ignore") } == ["keep.log", "sub/a.txt", "sub/keep.log"])
  }

  @Test("a repository inside the source follows its own .gitignore files, and every .indexerignore")
  func nestedRepository() throws {
    let scratch = try Scratch()
    try scratch.write(".gitignore", "*.o\n*.tmp\n")
    try scratch.write(".indexerignore", "*.big\n")
    try scratch.makeDirectory("inner")
    let git = Git(directory: scratch.absolute("inner"))
    try git.makeRepository()
    try scratch.write("inner/.git/info/exclude", "*.tmp\n")
    for name in ["a.o", "inner/a.o", "inner/deep/a.o", "inner/a.tmp"] { try scratch.write(name) }
    let expected = try git.notIgnored().map { "inner/\($0)" }
    #expect(expected == ["inner/a.o", "inner/deep/a.o"])
    try scratch.write("inner/a.big")
    #expect(
      try scratch.run().lines == [".gitignore", ".indexerignore", "inner/.git: version_control"] + expected)
    #expect(
      try scratch.walk().verdict(for: RelativePath("inner/a.tmp"))
        == .ignored(IgnoreRule(origin: .file(path: "inner/.git/info/exclude", line: 1), pattern: "*.tmp")))
  }

  @Test("a worktree follows the info/exclude of its main repository")
  func worktree() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory("main")
    let git = Git(directory: scratch.absolute("main"))
    try git.makeRepository()
    try scratch.write("main/.git/info/exclude", "*.o\n")
    let author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    _ = try git.run(author + ["commit", "-q", "--allow-empty", "-m", "x"])
    _ = try git.run(["worktree", "add", "-q", "../tree"])
    try scratch.write("tree/a.o")
    try scratch.write("tree/b")
    #expect(try Git(directory: scratch.absolute("tree")).notIgnored() == ["b"])
    #expect(try scratch.run(at: "tree").lines == [".git: version_control", "b"])
  }

  @Test("rules above the source are told with their absolute path")
  func above() throws {
    let scratch = try Scratch()
    try scratch.makeDirectory(".git")
    try scratch.write(".gitignore", "/sub/a\n")
    try scratch.write("sub/a")
    try scratch.write("sub/b")
    let result = try scratch.run(at: "sub")
    #expect(result.lines == ["b"])
    #expect(result.ignoredByRule.map(\.rule.description) == ["\(scratch.path)/.gitignore:1"])
  }

  @Test("without a repository, ignore files above the source mean nothing")
  func aboveWithoutRepository() throws {
    let scratch = try Scratch()
    try scratch.write(".gitignore", "*\n")
    try scratch.write("sub/a")
    #expect(try scratch.run(at: "sub").lines == ["a"])
  }

  @Test("an ignore file that is a link is not read")
  func linkedIgnoreFile() throws {
    let scratch = try Scratch()
    try scratch.write("rules", "*\n")
    try scratch.link(".gitignore", to: "rules")
    #expect(try scratch.run().lines == [".gitignore: symbolic_link", "rules"])
  }

  @Test(
    "include and exclude choose files",
    arguments: [
      (["*.md"], [], ["README.md", "docs/a.md", "docs/deep/b.md"]),
      (["docs/"], [], ["docs/a.md", "docs/a.txt", "docs/deep/b.md"]),
      (["/*.txt"], [], ["top.txt"]),
      (["docs/**"], ["deep"], ["docs/a.md", "docs/a.txt"]),
      (["docs", "!*.txt"], [], ["docs/a.md", "docs/deep/b.md"]),
      ([], ["docs/", "*.o"], ["README.md", "top.txt"]),
      ([], ["!x.o", "docs"], ["README.md", "top.txt", "x.o"]),
    ])
  func options(include: [String], exclude: [String], expected: [String]) throws {
    let scratch = try Scratch()
    try scratch.write(".git/info/exclude", "*.o\n")
    for name in ["README.md", "docs/a.md", "docs/a.txt", "docs/deep/b.md", "top.txt", "x.o"] {
      try scratch.write(name)
    }
    let options = WalkOptions(include: include, exclude: exclude)
    let found = try scratch.run(options).lines.filter { !$0.hasPrefix(".git") }
    #expect(found == expected)
    let judge = try scratch.walk(options).judge()
    for name in ["README.md", "docs/a.md", "docs/a.txt", "docs/deep/b.md", "top.txt", "x.o"] {
      if case .file = judge.verdict(for: RelativePath(name)) {
        #expect(expected.contains(name))
      } else {
        #expect(!expected.contains(name))
      }
    }
  }
}
