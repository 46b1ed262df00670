import CSupport
import Glibc
package import IndexModel

/// Judges single paths as they are at this moment, by the rules of a walk.
///
/// Statuses are taken anew for each path; what is known of directories (that they are entered, and their ignore
/// files) is kept for the judge's lifetime. Make a new one for each round of questions, on one thread; asked in
/// order of paths it opens each directory once.
package final class PathJudge {
  /// Directories remembered; when there are more, all are forgotten, so that memory stays bounded.
  private static let rememberedDirectories = 20_000

  private enum Directory {
    case entered(RuleScope, isIncluded: Bool)
    /// Nothing below it is found by a walk, for this reason.
    case closed(PathVerdict)
  }

  private let plan: WalkPlan
  private var buffer: PathBuffer
  private var directories: [[UInt8]: Directory] = [:]
  /// The directory asked last, kept open.
  private var current: (path: [UInt8], descriptor: Int32)?

  init(_ plan: WalkPlan) {
    self.plan = plan
    buffer = PathBuffer(prefix: plan.surroundings.prefix)
  }

  deinit { forgetCurrent() }

  /// What a walk would make of `path` now. A path below a directory that is not entered shares that directory's
  /// fate. The empty path is the source itself.
  ///
  /// `.missing` is only said while the source's own directory is in its place: when a drive went away, everything
  /// is `.failed(.vanished)`.
  package func verdict(for path: RelativePath) -> PathVerdict {
    if path.bytes.isEmpty { return .directory }
    guard BeneathPath.isPlain(path) else { return .missing }
    if directories.count > Self.rememberedDirectories { directories.removeAll() }
    var verdict = currentVerdict(for: path)
    if verdict == .missing && current != nil {
      // The directory that was kept open may have been replaced by another of the same name.
      forgetCurrent()
      verdict = currentVerdict(for: path)
    }
    if verdict == .missing && FileIdentity(path: plan.rootPath) != plan.identity { return .failed(.vanished) }
    return verdict
  }

  private func currentVerdict(for path: RelativePath) -> PathVerdict {
    let slash = path.bytes.lastIndex(of: UInt8(ascii: "/"))
    switch directory(path.bytes[..<(slash ?? 0)]) {
    case .closed(let verdict): return verdict
    case .entered(let scope, let isIncluded): return judge(path.bytes, scope, isIncluded).verdict
    }
  }

  /// What is known of the directory at `path`, asking from the source downwards where nothing is. A loop: a path
  /// may have more components than a thread's stack has room for.
  private func directory(_ path: ArraySlice<UInt8>) -> Directory {
    if let known = directories[Array(path)] { return known }
    let ends = path.isEmpty ? [] : path.indices.filter { path[$0] == UInt8(ascii: "/") } + [path.endIndex]
    var state = remembered([]) {
      enter([], plan.surroundings.scope, isIncluded: plan.rules.rootIsIncluded)
    }
    for end in ends {
      guard case .entered(let scope, let isIncluded) = state else { return state }
      let part = Array(path[..<end])
      state = remembered(part) { directory(part, scope, isIncluded) }
    }
    return state
  }

  private func remembered(_ path: [UInt8], otherwise ask: () -> Directory) -> Directory {
    if let known = directories[path] { return known }
    let state = ask()
    switch state {
    // May be there, or be readable, at the next question.
    case .closed(.missing), .closed(.failed): break
    case .closed, .entered: directories[path] = state
    }
    return state
  }

  private func directory(_ path: [UInt8], _ scope: RuleScope, _ isIncluded: Bool) -> Directory {
    let (verdict, isDirectoryIncluded) = judge(path, scope, isIncluded)
    switch verdict {
    case .directory:
      if !plan.options.recursive { return .closed(.ignored(Ignoring.notRecursive.rule)) }
      return enter(path, scope, isIncluded: isDirectoryIncluded)
    // A file stands where the directory was: nothing is below it.
    case .file, .missing: return .closed(.missing)
    case .skipped(.tooLarge), .skipped(.secret): return .closed(.missing)
    case .skipped, .ignored, .failed: return .closed(verdict)
    }
  }

  /// Reads the ignore files of a directory that a walk enters.
  private func enter(_ path: [UInt8], _ parent: RuleScope, isIncluded: Bool) -> Directory {
    guard let descriptor = open(path) else { return .closed(.failed(FailReason(errno: errno))) }
    buffer.enter(path)
    let (scope, isComplete) = plan.scope(
      of: descriptor, path: path, baseLength: buffer.baseLength, parent: parent, listing: nil)
    // With rules missing nothing below can be told for certain.
    return isComplete ? .entered(scope, isIncluded: isIncluded) : .closed(.failed(.readError))
  }

  private func judge(
    _ path: [UInt8], _ scope: RuleScope, _ parentIsIncluded: Bool
  ) -> (verdict: PathVerdict, isIncluded: Bool) {
    let slash = path.lastIndex(of: UInt8(ascii: "/"))
    let parent = slash.map { Array(path[..<$0]) } ?? []
    guard let descriptor = open(parent) else {
      return (errno == ENOENT ? .missing : .failed(FailReason(errno: errno)), false)
    }
    let name = Array(path[(slash.map { $0 + 1 } ?? 0)...]) + [0]
    var status = stat()
    let result = name.withUnsafeBytes {
      fstatat(descriptor, $0.assumingMemoryBound(to: CChar.self).baseAddress!, &status, AT_SYMLINK_NOFOLLOW)
    }
    if result != 0 {
      let code = errno
      return (code == ENOENT || code == ENOTDIR ? .missing : .failed(FailReason(errno: code)), false)
    }
    let type = status.st_mode & S_IFMT
    let isDirectory = type == S_IFDIR
    return name.withUnsafeBufferPointer { terminated in
      let bytes = UnsafeBufferPointer(rebasing: terminated.dropLast())
      if isDirectory || type == S_IFREG,
        SpecialNames.isVersionControl(bytes, isDirectory: isDirectory)
      {
        return (.skipped(.versionControl), false)
      }
      buffer.enter(parent)
      buffer.setName(bytes.baseAddress!, count: bytes.count)
      let candidate = buffer.candidate(isDirectory: isDirectory)
      if let ignoring = plan.rules.ignoring(candidate, scope: scope, parentIsIncluded: parentIsIncluded) {
        return (.ignored(ignoring.rule), false)
      }
      switch plan.verdict.answer(for: status, name: bytes) {
      case .file: return (.file(Fingerprint(status)), true)
      case .skipped(let reason): return (.skipped(reason), true)
      case .enter:
        return (.directory, plan.rules.isIncluded(candidate, parentIsIncluded: parentIsIncluded))
      }
    }
  }

  /// The directory's descriptor, which stays the judge's; nil with errno set.
  private func open(_ path: [UInt8]) -> Int32? {
    if let current, current.path == path { return current.descriptor }
    let descriptor = path.withUnsafeBufferPointer { BeneathPath.openDirectory($0, below: plan.root) }
    guard descriptor >= 0 else { return nil }
    forgetCurrent()
    current = (path, descriptor)
    return descriptor
  }

  private func forgetCurrent() {
    if let current { close(current.descriptor) }
    current = nil
  }
}
