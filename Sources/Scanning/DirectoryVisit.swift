import Glibc
import IndexModel

/// Visits directories one after the other, on one thread: lists names, asks the rules, takes each status.
struct DirectoryVisit: ~Copyable {
  private let plan: WalkPlan
  private var listing = DirectoryListing()
  private var path: PathBuffer
  private(set) var findings = WalkFindings()

  init(_ plan: WalkPlan) {
    self.plan = plan
    path = PathBuffer(prefix: plan.surroundings.prefix)
  }

  /// Fills `node`. What is wrong with the directory itself becomes a finding.
  ///
  /// - Parameter isStopped: asked every few hundred entries.
  mutating func visit(_ node: DirectoryNode, isStopped: () -> Bool) {
    let directory = node.path.withUnsafeBufferPointer { BeneathPath.openDirectory($0, below: plan.root) }
    guard directory >= 0, let stream = fdopendir(directory) else {
      fail(node, FailReason(errno: errno))
      if directory >= 0 { close(directory) }
      return
    }
    defer { closedir(stream) }
    let code = listing.read(stream)
    if code != 0 { fail(node, FailReason(errno: code)) }

    path.enter(node.path)
    let (scope, isComplete) = plan.scope(
      of: directory, path: node.path, baseLength: path.baseLength, parent: node.parentScope, listing: listing)
    if !isComplete { findings.isComplete = false }
    visitNames(of: node, directory, scope, isStopped)
    node.children.sort { $0.path.precedesAsDirectory($1.path) }
  }

  private mutating func visitNames(
    of node: DirectoryNode, _ directory: Int32, _ scope: RuleScope, _ isStopped: () -> Bool
  ) {
    // A reference of its own, because `self` changes while the names are gone through.
    let listing = self.listing
    _ = listing.withText { text in
      for (index, name) in listing.names.enumerated() {
        if index & 255 == 255 && isStopped() { return }
        visitEntry(text + name.start, name, in: node, directory, scope)
      }
    }
  }

  private mutating func visitEntry(
    _ text: UnsafePointer<UInt8>, _ name: DirectoryListing.Name, in node: DirectoryNode, _ directory: Int32,
    _ scope: RuleScope
  ) {
    var status = stat()
    var type = name.type
    var code: Int32 = -1
    if type == DirectoryListing.unknown {
      code = Self.status(of: text, in: directory, &status)
      if code == 0 { type = UInt8((status.st_mode & S_IFMT) >> 12) }
    }
    let isDirectory = type == DirectoryListing.directory
    if isDirectory && !plan.options.recursive { return }

    path.setName(text, count: Int(name.count))
    let bytes = UnsafeBufferPointer(start: text, count: Int(name.count))
    let isVersionControl =
      (isDirectory || type == DirectoryListing.regular)
      && SpecialNames.isVersionControl(bytes, isDirectory: isDirectory)
    let candidate = path.candidate(isDirectory: isDirectory)
    if !isVersionControl,
      let ignoring = plan.rules.ignoring(candidate, scope: scope, parentIsIncluded: node.isIncluded)
    {
      findings.count(ignoring)
      return
    }

    if code != 0 { code = Self.status(of: text, in: directory, &status) }
    guard code == 0 else {
      // Gone since its name was read: as if it had never been there.
      if code == ENOENT { return }
      if isDirectory || type == DirectoryListing.unknown { findings.isComplete = false }
      node.entries.append(entry(.unknown, .failed(FailReason(errno: code))))
      return
    }
    let fingerprint = Fingerprint(status)
    if isVersionControl {
      node.entries.append(entry(fingerprint, .skipped(.versionControl)))
      return
    }
    switch plan.verdict.answer(for: status, name: bytes) {
    case .file: node.entries.append(entry(fingerprint, .file))
    case .skipped(let reason): node.entries.append(entry(fingerprint, .skipped(reason)))
    case .enter:
      guard plan.options.recursive else { return }
      node.children.append(
        DirectoryNode(
          path: path.relativePath, parentScope: scope,
          isIncluded: plan.rules.isIncluded(
            path.candidate(isDirectory: true), parentIsIncluded: node.isIncluded)))
    }
  }

  private func entry(_ fingerprint: Fingerprint, _ verdict: WalkEntry.Verdict) -> WalkEntry {
    WalkEntry(path: RelativePath(bytes: path.relativePath), fingerprint: fingerprint, verdict: verdict)
  }

  private mutating func fail(_ node: DirectoryNode, _ reason: FailReason) {
    findings.isComplete = false
    findings.failedDirectories.append(
      WalkEntry(path: RelativePath(bytes: node.path), fingerprint: .unknown, verdict: .failed(reason)))
  }

  /// Returns 0, or an errno value.
  private static func status(of name: UnsafePointer<UInt8>, in directory: Int32, _ status: inout stat)
    -> Int32
  {
    let result = name.withMemoryRebound(to: CChar.self, capacity: 1) {
      fstatat(directory, $0, &status, AT_SYMLINK_NOFOLLOW)
    }
    return result == 0 ? 0 : errno
  }
}

/// What one thread found out besides entries.
struct WalkFindings: Sendable {
  var isComplete = true
  /// Directories that could not be read, or not to the end.
  var failedDirectories: [WalkEntry] = []
  private(set) var ignored: [Ignoring: Int] = [:]

  mutating func count(_ ignoring: Ignoring) { ignored[ignoring, default: 0] += 1 }

  mutating func merge(_ other: consuming WalkFindings) {
    isComplete = isComplete && other.isComplete
    failedDirectories += other.failedDirectories
    ignored.merge(other.ignored, uniquingKeysWith: +)
  }
}

extension [UInt8] {
  /// Byte order of what lies in two directories: of their paths with a slash behind.
  fileprivate func precedesAsDirectory(_ other: [UInt8]) -> Bool {
    let shared = Swift.min(count, other.count)
    let order = memcmp(self, other, shared)
    if order != 0 || count == other.count { return order < 0 }
    let slash = UInt8(ascii: "/")
    return count < other.count ? slash < other[shared] : self[shared] < slash
  }
}
