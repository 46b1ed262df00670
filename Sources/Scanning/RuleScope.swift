import IndexModel

/// The ignore rules that hold in one directory: its own and those above it, the strongest first.
///
/// Directories without ignore files share their parent's value.
struct RuleScope: Sendable {
  private(set) var lists: [PatternList] = []

  static let none = RuleScope()

  /// The scope of a directory below, or at, this one.
  ///
  /// - Parameters:
  ///   - ignoreLists: that directory's own, the strongest first.
  ///   - repositoryExcludes: `.git/info/exclude`, when the directory is a repository's top. The weakest.
  ///   - isRepositoryTop: then no `.gitignore` above it counts any more.
  func entering(
    ignoreLists: [PatternList], repositoryExcludes: PatternList?, isRepositoryTop: Bool
  ) -> RuleScope {
    if ignoreLists.isEmpty && !isRepositoryTop { return self }
    let inherited = isRepositoryTop ? lists.filter(\.crossesRepositories) : lists
    return RuleScope(lists: ignoreLists + inherited + [repositoryExcludes].compactMap(\.self))
  }
}

/// Which pattern of which list decided.
struct RuleMatch: Hashable {
  let list: PatternList
  let index: Int

  var rule: IgnoreRule { list.rule(index) }

  static func == (left: RuleMatch, right: RuleMatch) -> Bool {
    left.list === right.list && left.index == right.index
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(ObjectIdentifier(list))
    hasher.combine(index)
  }
}

/// Why a rule leaves something out; light enough to be counted for each entry.
enum Ignoring: Hashable {
  case byPattern(RuleMatch)
  case notIncluded
  case notRecursive

  var rule: IgnoreRule {
    switch self {
    case .byPattern(let match): match.rule
    case .notIncluded: IgnoreRule(origin: .include, pattern: "")
    case .notRecursive: IgnoreRule(origin: .notRecursive, pattern: "")
    }
  }
}

/// `WalkOptions.include` and `exclude`, compiled, and the order in which all rules are asked.
struct EntryRules: Sendable {
  private let exclude: PatternList?
  private let include: PatternList?

  /// - Parameter baseLength: how many bytes of a candidate's path lead to the source.
  init(options: WalkOptions, baseLength: Int) {
    exclude = PatternList(option: .exclude, patterns: options.exclude, baseLength: baseLength)
    include = PatternList(option: .include, patterns: options.include, baseLength: baseLength)
  }

  /// What a source's root has, for `isIncluded` of its children.
  var rootIsIncluded: Bool { include == nil }

  /// Whether an include pattern wants `candidate`; what no pattern speaks of goes with its directory.
  func isIncluded(_ candidate: Candidate, parentIsIncluded: Bool) -> Bool {
    guard let include, let index = include.decidingPattern(for: candidate) else { return parentIsIncluded }
    return !include.isNegative(index)
  }

  /// The rule that leaves `candidate` out, given that its directory was not left out; nil when it stays.
  func ignoring(_ candidate: Candidate, scope: RuleScope, parentIsIncluded: Bool) -> Ignoring? {
    if let match = match(candidate, in: scope) {
      if !match.list.isNegative(match.index) { return .byPattern(match) }
    }
    // A directory is entered anyway: something below it may be wanted.
    if include != nil && !candidate.isDirectory
      && !isIncluded(candidate, parentIsIncluded: parentIsIncluded)
    {
      return .notIncluded
    }
    return nil
  }

  private func match(_ candidate: Candidate, in scope: RuleScope) -> RuleMatch? {
    if let exclude, let index = exclude.decidingPattern(for: candidate) {
      return RuleMatch(list: exclude, index: index)
    }
    for list in scope.lists {
      if let index = list.decidingPattern(for: candidate) { return RuleMatch(list: list, index: index) }
    }
    return nil
  }
}
