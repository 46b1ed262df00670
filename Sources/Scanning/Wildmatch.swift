import Glibc

/// Git's glob matching: a port of `dowild` in git's `wildmatch.c`, its odd corners included, because git is the
/// measure of what a pattern means. Works on bytes that end in a NUL, case-sensitively.
enum Wildmatch {
  private enum Answer {
    case match
    case noMatch
    /// The text ended too early: no shorter text for an earlier `*` can help.
    case abortAll
    /// A single `*` met a slash: only an earlier `**` can help.
    case abortToStarStar
  }

  /// - Parameter pathname: `*`, `?` and classes do not match a slash, and `**` between slashes does.
  static func matches(
    _ pattern: UnsafePointer<UInt8>, _ text: UnsafePointer<UInt8>, pathname: Bool
  ) -> Bool {
    match(pattern, text, pathname) == .match
  }

  static func isSpecial(_ byte: UInt8) -> Bool {
    byte == star || byte == question || byte == bracket || byte == backslash
  }

  private static let star = UInt8(ascii: "*")
  private static let question = UInt8(ascii: "?")
  private static let bracket = UInt8(ascii: "[")
  private static let backslash = UInt8(ascii: "\\")
  private static let slash = UInt8(ascii: "/")

  private static func match(
    _ pattern: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>, _ pathname: Bool
  ) -> Answer {
    var p = pattern
    var text = start
    while p.pointee != 0 {
      if text.pointee == 0 && p.pointee != star { return .abortAll }
      switch p.pointee {
      case question:
        if pathname && text.pointee == slash { return .noMatch }
      case star:
        switch matchStar(pattern, &p, &text, pathname) {
        case .some(let answer): return answer
        // One star took everything up to a slash, where `p` and `text` both stand now.
        case .none: break
        }
      case bracket:
        guard let (end, isMember) = memberOfClass(p, text.pointee) else { return .abortAll }
        if !isMember || (pathname && text.pointee == slash) { return .noMatch }
        p = end
      case backslash:
        // A trailing backslash compares its NUL with the text and never matches, as in git.
        p += 1
        if text.pointee != p.pointee { return .noMatch }
      default:
        if text.pointee != p.pointee { return .noMatch }
      }
      text += 1
      p += 1
    }
    return text.pointee == 0 ? .match : .noMatch
  }

  /// Handles a run of stars at `p`. Nil means: go on behind the slash at which `p` and `text` were left.
  private static func matchStar(
    _ pattern: UnsafePointer<UInt8>, _ p: inout UnsafePointer<UInt8>, _ text: inout UnsafePointer<UInt8>,
    _ pathname: Bool
  ) -> Answer? {
    let first = p
    p += 1
    var crossesSlashes = !pathname
    if p.pointee == star {
      while p.pointee == star { p += 1 }
      let startsComponent = first == pattern || first[-1] == slash
      let endsComponent = p.pointee == 0 || p.pointee == slash || (p.pointee == backslash && p[1] == slash)
      if pathname && startsComponent && endsComponent {
        // `**/` may stand for nothing at all: foo/**/bar matches foo/bar.
        if p.pointee == slash {
          let answer = match(p + 1, text, pathname)
          // What no end of this text can match, no shorter one can. Git tries all the same, and needs time that
          // doubles with each `**/`; an ignore file may come from anyone.
          if answer == .match || answer == .abortAll { return answer }
        }
        crossesSlashes = true
      }
    }
    if p.pointee == 0 {
      if !crossesSlashes && strchr(text, Int32(slash)) != nil { return .abortToStarStar }
      return .match
    }
    if !crossesSlashes && p.pointee == slash {
      while text.pointee != slash {
        if text.pointee == 0 { return .abortAll }
        text += 1
      }
      return nil
    }
    return matchAfterStar(p, text, pathname, crossesSlashes)
  }

  /// Tries the pattern behind a star at every place the star may reach.
  private static func matchAfterStar(
    _ p: UnsafePointer<UInt8>, _ start: UnsafePointer<UInt8>, _ pathname: Bool, _ crossesSlashes: Bool
  ) -> Answer {
    var text = start
    while text.pointee != 0 {
      if !isSpecial(p.pointee) {
        // A literal follows: only places that hold it are worth a try.
        while text.pointee != 0 && text.pointee != p.pointee && (crossesSlashes || text.pointee != slash) {
          text += 1
        }
        if text.pointee != p.pointee { return crossesSlashes ? .abortAll : .abortToStarStar }
      }
      let answer = match(p, text, pathname)
      if answer != .noMatch {
        if !crossesSlashes || answer != .abortToStarStar { return answer }
      } else if !crossesSlashes && text.pointee == slash {
        return .abortToStarStar
      }
      text += 1
    }
    return .abortAll
  }

  /// Whether `byte` belongs to the class whose `[` is at `start`, and where its `]` is; nil when the class is
  /// malformed.
  private static func memberOfClass(
    _ start: UnsafePointer<UInt8>, _ byte: UInt8
  ) -> (end: UnsafePointer<UInt8>, isMember: Bool)? {
    let close = UInt8(ascii: "]")
    var p = start + 1
    let isNegated = p.pointee == UInt8(ascii: "!") || p.pointee == UInt8(ascii: "^")
    if isNegated { p += 1 }
    var isFound = false
    // The member before a `-`; 0 when there is none that could begin a range.
    var previous: UInt8 = 0
    repeat {
      var current = p.pointee
      if current == 0 { return nil }
      if current == backslash {
        p += 1
        current = p.pointee
        if current == 0 { return nil }
        if byte == current { isFound = true }
      } else if current == UInt8(ascii: "-") && previous != 0 && p[1] != 0 && p[1] != close {
        p += 1
        if p.pointee == backslash { p += 1 }
        if p.pointee == 0 { return nil }
        if byte >= previous && byte <= p.pointee { isFound = true }
        current = 0
      } else if current == bracket && p[1] == UInt8(ascii: ":") {
        let name = p + 2
        var end = name
        while end.pointee != 0 && end.pointee != close { end += 1 }
        if end.pointee == 0 { return nil }
        if end > name && end[-1] == UInt8(ascii: ":") {
          guard let isMember = isMember(byte, ofNamed: name, length: end - name - 1) else { return nil }
          if isMember { isFound = true }
          p = end
          current = 0
        } else if byte == bracket {
          isFound = true
        }
      } else if byte == current {
        isFound = true
      }
      previous = current
      p += 1
    } while p.pointee != close
    return (p, isFound != isNegated)
  }

  private static func isMember(_ byte: UInt8, ofNamed name: UnsafePointer<UInt8>, length: Int) -> Bool? {
    let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
    let isLower = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
    let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    let isGraph = byte > 0x20 && byte < 0x7F
    switch String(decoding: UnsafeBufferPointer(start: name, count: length), as: UTF8.self) {
    case "alnum": return isUpper || isLower || isDigit
    case "alpha": return isUpper || isLower
    case "blank": return byte == 0x20 || byte == 0x09
    case "cntrl": return byte < 0x20 || byte == 0x7F
    case "digit": return isDigit
    case "graph": return isGraph
    case "lower": return isLower
    case "print": return isGraph || byte == 0x20
    case "punct": return isGraph && !isUpper && !isLower && !isDigit
    case "space": return byte == 0x20 || (byte >= 0x09 && byte <= 0x0D)
    case "upper": return isUpper
    case "xdigit":
      return isDigit || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"))
    default: return nil
    }
  }
}
