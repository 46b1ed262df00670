package import IndexModel

/// A pattern for paths, on bytes, so that names which are not UTF-8 can be matched as well.
///
/// - `*`: any bytes but `/`; `**`: any bytes; `**/`: any number of directories, or none; `?`: one byte but `/`;
///   `[a-z]`, `[!a-z]`: one byte of a set, never `/`; `\` takes the next byte as it is. A `[` without `]` is itself.
/// - Without a `/`, it matches the name of the file or of any directory above it, the source's own included.
/// - With a `/`, it matches the path below the source; when it begins with `/`, the absolute path.
/// - What matches a directory matches everything below it; with a `/` at its end, only that.
package struct PathGlob: Hashable, Sendable {
  enum Element: Hashable, Sendable {
    case byte(UInt8)
    case anyByte
    case set(ByteSet)
    case star
    case starStar
    /// `**/`
    case directories
  }

  private var elements: [Element] = []
  private var isAbsolute = false
  /// Begins at any component.
  private var isFloating = false
  private var needsDirectory = false

  package static let maximumBytes = 4096

  /// - Throws: `invalid_query` when it is longer than `maximumBytes`.
  package init(_ text: String) throws(IndexerError) {
    var bytes = Array(text.utf8)[...]
    guard bytes.count <= Self.maximumBytes else { throw InvalidQuery.longGlob }
    let slash = UInt8(ascii: "/")
    while bytes.starts(with: [UInt8(ascii: "."), slash]) { bytes = bytes.dropFirst(2) }
    isAbsolute = bytes.first == slash
    while bytes.count > 1, bytes.last == slash {
      needsDirectory = true
      bytes = bytes.dropLast()
    }
    isFloating = !bytes.contains(slash)
    // The root of a source or of the file system: everything.
    elements = bytes.isEmpty || bytes == [slash] ? [.starStar] : Self.elements(of: bytes)
  }

  /// Whether the file at `path` below `root` is meant.
  ///
  /// - Parameters:
  ///   - path: relative to its source.
  ///   - root: the absolute path of the source; empty when it is not known.
  package func matches(_ path: UnsafeRawBufferPointer, root: [UInt8]) -> Bool {
    if isAbsolute {
      var absolute = root
      if absolute.last != UInt8(ascii: "/") { absolute.append(UInt8(ascii: "/")) }
      absolute.append(contentsOf: path)
      return absolute.withUnsafeBytes { reaches($0) }
    }
    if reaches(path) { return true }
    guard isFloating, let slash = root.lastIndex(of: UInt8(ascii: "/")) else { return false }
    // With the slash behind it, as a directory.
    return (root[(slash + 1)...] + [UInt8(ascii: "/")]).withUnsafeBytes { $0.count > 1 && reaches($0) }
  }

  /// Whether the pattern matches `text`, or a part of it that ends before a slash.
  ///
  /// Goes through the elements once and keeps every place that they can have led to, so that no pattern takes
  /// longer than its length times the path's.
  private func reaches(_ text: UnsafeRawBufferPointer) -> Bool {
    let slash = UInt8(ascii: "/")
    return withUnsafeTemporaryAllocation(of: Bool.self, capacity: text.count + 1) { places in
      places.initialize(repeating: false)
      places[0] = true
      if isFloating {
        for index in 0..<text.count where text[index] == slash { places[index + 1] = true }
      }
      // The first and last place that may be reachable.
      var low = 0
      var high = isFloating ? text.count : 0
      for element in elements {
        switch element {
        case .star, .starStar:
          for index in low..<text.count where places[index] && (element == .starStar || text[index] != slash) {
            places[index + 1] = true
            high = max(high, index + 1)
          }
        case .directories:
          var isBehind = false
          for index in low..<text.count {
            isBehind = isBehind || places[index]
            guard isBehind, text[index] == slash else { continue }
            places[index + 1] = true
            high = max(high, index + 1)
          }
        case .byte, .anyByte, .set:
          var isAlive = false
          let last = min(high, text.count - 1)
          if last >= low {
            for index in (low...last).reversed() {
              places[index + 1] = places[index] && element.takes(text[index])
              isAlive = isAlive || places[index + 1]
            }
          }
          guard isAlive else { return false }
          places[low] = false
          low += 1
          high = last + 1
        }
      }
      for index in low...max(low, high) where places[index] && index > 0 {
        if index < text.count ? text[index] == slash : !needsDirectory { return true }
      }
      return false
    }
  }

  private static func elements(of pattern: ArraySlice<UInt8>) -> [Element] {
    let slash = UInt8(ascii: "/")
    var elements: [Element] = []
    var rest = pattern
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "*"):
        guard rest.first == byte else {
          elements.append(.star)
          continue
        }
        rest = rest.drop { $0 == byte }
        let startsComponent =
          elements.isEmpty || elements.last == .byte(slash) || elements.last == .directories
        if startsComponent, rest.first == slash {
          rest = rest.dropFirst()
          if elements.last != .directories { elements.append(.directories) }
        } else {
          elements.append(.starStar)
        }
      case UInt8(ascii: "?"): elements.append(.anyByte)
      case UInt8(ascii: "["):
        if let set = ByteSet(readingFrom: &rest) {
          elements.append(.set(set))
        } else {
          elements.append(.byte(byte))
        }
      case UInt8(ascii: "\\"): elements.append(.byte(rest.popFirst() ?? byte))
      default: elements.append(.byte(byte))
      }
    }
    return elements
  }
}

extension PathGlob.Element {
  fileprivate func takes(_ byte: UInt8) -> Bool {
    switch self {
    case .byte(let wanted): byte == wanted
    case .anyByte: byte != UInt8(ascii: "/")
    case .set(let set): byte != UInt8(ascii: "/") && set.contains(byte)
    case .star, .starStar, .directories: false
    }
  }
}
