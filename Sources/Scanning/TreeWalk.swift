import Foundation
package import IndexModel

/// Walks a source: sorted, deterministic, through directory descriptors only, so that a symbolic link swapped in
/// is never followed.
///
/// Ignore rules are git's, as `git check-ignore --no-index` has them: `.gitignore` files from the repository's
/// top down, `.git/info/exclude`; and `.indexerignore`, which has the same syntax and is stronger than a
/// `.gitignore` beside it. They apply outside repositories too, where no file above the root counts. Left out on
/// purpose: the user's global `core.excludesFile`, since an index must not depend on who runs the indexer. The
/// root itself is never judged: to name it is to want it. A repository inside the source follows its own
/// `.gitignore` files, as it does for git, and every `.indexerignore` above it.
package struct TreeWalk: Sendable {
  /// How many rules a `WalkResult` names.
  package static let reportedRules = 20

  let root: String
  let options: WalkOptions
  let ownFiles: Set<FileIdentity>
  let ownDirectory: FileIdentity?

  /// - Parameters:
  ///   - root: an absolute path without symbolic links, as `realpath` gives it.
  ///   - ownFiles: this program's database files, which are never opened, under whatever name they appear.
  ///   - ownDirectory: the data directory, which is never entered.
  package init(
    root: String, options: WalkOptions, ownFiles: Set<FileIdentity> = [], ownDirectory: FileIdentity? = nil
  ) {
    self.root = root
    self.options = options
    self.ownFiles = ownFiles
    self.ownDirectory = ownDirectory
  }

  /// Walks the whole tree. Blocks: call it on a thread of its own, not on Swift's cooperative pool.
  ///
  /// - Parameter isStopped: asked now and then, on the calling thread; true ends the walk early.
  /// - Throws: `root_unavailable` when the root is missing, unreadable, no directory, a symbolic link, or was
  ///   replaced during the walk.
  package func run(isStopped: () -> Bool) throws(IndexerError) -> WalkResult {
    try run(threads: Self.threads, isStopped: isStopped)
  }

  /// With one thread every question to `isStopped` has its fixed place, which tests use.
  func run(threads: Int, isStopped: () -> Bool) throws(IndexerError) -> WalkResult {
    let plan = try WalkPlan(self)
    let top = DirectoryNode(
      path: [], parentScope: plan.surroundings.scope, isIncluded: plan.rules.rootIsIncluded)
    let findings = WalkCrew(plan, root: top, threads: threads).run(isStopped: isStopped)
    try SourceRoot.check(root, isStill: plan.identity)
    if findings.failedDirectories.contains(where: \.path.bytes.isEmpty) {
      throw SourceRoot.unavailable(root, "could not be read to its end. Check the drive and the permissions")
    }

    var entries = top.takeEntries()
    if !findings.failedDirectories.isEmpty {
      // They became known after their places in the order had gone by.
      entries += findings.failedDirectories
      entries.sort { $0.path < $1.path }
    }
    let byRule = findings.ignored.map { (rule: $0.key.rule, count: $0.value) }
      .sorted { ($1.count, $0.rule.description) < ($0.count, $1.rule.description) }
    return WalkResult(
      entries: entries, ignoredEntries: findings.ignored.values.reduce(0, +),
      ignoredByRule: Array(byRule.prefix(Self.reportedRules)),
      isComplete: findings.isComplete && plan.surroundings.isComplete, root: plan.identity)
  }

  /// More threads than this do not help: the kernel's directory cache is the limit.
  private static let threads = min(ProcessInfo.processInfo.activeProcessorCount, 4)

  /// Judges single paths by the same rules, with ignore files read once: for `why`, and before removals.
  ///
  /// - Throws: `root_unavailable`.
  package func judge() throws(IndexerError) -> PathJudge {
    PathJudge(try WalkPlan(self))
  }

  /// One path, asked once. For many paths, keep a `judge()`.
  ///
  /// - Throws: `root_unavailable`.
  package func verdict(for path: RelativePath) throws(IndexerError) -> PathVerdict {
    try judge().verdict(for: path)
  }
}
