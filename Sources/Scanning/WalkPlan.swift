import Glibc
import IndexModel

/// All that stays the same during a walk: the open root, the rules from above it, the options compiled.
final class WalkPlan: Sendable {
  let rootPath: String
  let root: Int32
  let identity: FileIdentity
  let options: WalkOptions
  let files: IgnoreFiles
  let surroundings: Repository.Surroundings
  let rules: EntryRules
  let verdict: EntryVerdict

  init(_ walk: TreeWalk) throws(IndexerError) {
    rootPath = walk.root
    root = try SourceRoot.open(walk.root)
    var status = stat()
    let isKnown = fstat(root, &status) == 0
    identity = FileIdentity(status)
    options = walk.options
    files = IgnoreFiles(ownFiles: walk.ownFiles)
    surroundings =
      walk.options.useIgnoreFiles
      ? Repository.surroundings(of: walk.root, files: files) : Repository.Surroundings()
    rules = EntryRules(options: walk.options, baseLength: surroundings.prefix.count)
    verdict = EntryVerdict(
      maximumFileSize: walk.options.maximumFileSize, ownFiles: walk.ownFiles, ownDirectory: walk.ownDirectory,
      device: identity.device)
    if !isKnown || identity == walk.ownDirectory {
      throw SourceRoot.unavailable(
        walk.root, isKnown ? "is the indexer's own data directory" : "cannot be read")
    }
  }

  deinit { close(root) }

  /// The scope inside a directory, given that of its parent, and whether all of its ignore files could be read.
  ///
  /// - Parameters:
  ///   - directory: a descriptor.
  ///   - path: relative to the source.
  func scope(
    of directory: Int32, path: [UInt8], baseLength: Int, parent: RuleScope, listing: DirectoryListing?
  ) -> (scope: RuleScope, isComplete: Bool) {
    guard options.useIgnoreFiles else { return (parent, true) }
    let isTop: Bool
    if let listing {
      guard listing.hasGitignore || listing.hasIndexerignore || listing.hasRepositoryMarker else {
        return (parent, true)
      }
      isTop = listing.hasRepositoryMarker
    } else {
      var status = stat()
      isTop = fstatat(directory, Repository.marker, &status, AT_SYMLINK_NOFOLLOW) == 0
    }
    let shownPath = String(decoding: path, as: UTF8.self)
    let own = files.lists(
      in: directory, shownPath: shownPath, baseLength: baseLength,
      gitignore: listing?.hasGitignore ?? true, indexerignore: listing?.hasIndexerignore ?? true)
    let excludes =
      isTop
      ? Repository.repositoryExcludes(
        top: directory, shownPath: shownPath, baseLength: baseLength, files: files)
      : nil
    let scope = parent.entering(
      ignoreLists: own.lists, repositoryExcludes: excludes, isRepositoryTop: isTop)
    return (scope, own.isComplete)
  }
}
