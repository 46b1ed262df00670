import Foundation
import IndexModel
import Testing

@testable import Scanning

/// Our ignore rules against git's own answers, on random repositories.
@Suite struct GitOracleTests {
  /// `SCANNING_ORACLE_SEEDS=5000 swift test --filter GitOracle` asks for many more.
  static let seeds: Range<UInt64> =
    0..<(ProcessInfo.processInfo.environment["SCANNING_ORACLE_SEEDS"].flatMap(UInt64.init) ?? 60)

  @Test("a walk finds exactly what git ls-files -co --exclude-standard lists", arguments: seeds)
  func walkAgrees(seed: UInt64) throws {
    let scratch = try Scratch()
    let git = Git(directory: scratch.path)
    try git.makeRepository()
    let tree = try RandomTree(seed: seed, in: scratch.path)

    let expected = try git.notIgnored()
    let found = try scratch.run().entries.map(\.path.description).filter { $0 != ".git" }
    #expect(found == expected, "seed \(seed)")

    let rules = try git.ignoringRules(of: tree.files)
    let judge = try scratch.walk().judge()
    for file in tree.files {
      let verdict = judge.verdict(for: RelativePath(file))
      if case .ignored(let rule) = verdict {
        #expect(rules[file] == rule.description, "seed \(seed): \(file)")
      } else {
        #expect(rules[file] == nil && expected.contains(file), "seed \(seed): \(file) is \(verdict)")
      }
    }
  }

  @Test("a walk of a directory inside a repository follows the rules above it", arguments: seeds)
  func walkBelowTopAgrees(seed: UInt64) throws {
    let scratch = try Scratch()
    try Git(directory: scratch.path).makeRepository()
    let tree = try RandomTree(seed: seed, in: scratch.path)
    let judge = try scratch.walk().judge()
    // What is ignored as a whole is nothing for git, and all for us: to name it is to want it.
    let wanted = tree.directories.dropFirst().filter { judge.verdict(for: RelativePath($0)) == .directory }
    for directory in wanted.prefix(3) {
      let expected = try Git(directory: scratch.absolute(directory)).notIgnored()
      let found = try scratch.run(at: directory).entries.map(\.path.description)
      #expect(found == expected, "seed \(seed) in \(directory)")
    }
  }
}
