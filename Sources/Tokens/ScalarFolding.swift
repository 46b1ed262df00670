import Foundation

/// What a Unicode scalar is to the tokeniser, and what it is folded to.
///
/// Found with Foundation's Unicode tables on first sight, then remembered in a table that is only as large in memory
/// as the scripts that were seen.
final class ScalarFolding {
  /// In the order of how often the word scanner asks.
  enum Class: UInt32 {
    case unknown, separator, lower, upper, digit
    /// A letter without case, or a mark that belongs to its script.
    case letter
    /// A character of a script that puts no blanks between words.
    case ideograph
    /// As if it were not there: a diacritic, a joiner, a soft hyphen.
    case nothing
  }

  /// A class in the top byte; below it the scalar that this one is folded to, or, with `manyBit`, the place of several
  /// in `expansions`.
  struct Folded {
    fileprivate(set) var bits: UInt32 = 0

    @inline(__always)
    var scalarClass: Class { Class(rawValue: bits >> 24)! }
    fileprivate static let manyBit: UInt32 = 1 << 23
    @inline(__always)
    var isMany: Bool { bits & Self.manyBit != 0 }
    /// The scalar, or the index into `expansions`.
    @inline(__always)
    var value: UInt32 { bits & 0x1F_FFFF }
  }

  /// The scalars that are remembered: all planes that hold more than rare ideographs.
  private static let remembered = 0x2_0000
  private let table: UnsafeMutablePointer<Folded>
  /// What one scalar becomes when that is not one scalar, as UTF-8.
  private(set) var expansions: [[UInt8]] = []

  init() {
    table = .allocate(capacity: Self.remembered)
    table.initialize(repeating: Folded(), count: Self.remembered)
  }

  deinit { table.deallocate() }

  @inline(__always)
  func fold(_ scalar: UInt32) -> Folded {
    guard scalar < Self.remembered else { return look(scalar) }
    let known = table[Int(scalar)]
    return known.bits != 0 ? known : look(scalar)
  }

  @inline(never)
  private func look(_ value: UInt32) -> Folded {
    guard let scalar = Unicode.Scalar(value) else { return entry(.separator, []) }
    let scalarClass = ScalarFolding.classify(scalar)
    var folded: [Unicode.Scalar] = []
    switch scalarClass {
    case .unknown, .separator, .nothing: break
    case .digit: folded = Self.decimal(scalar)
    case .ideograph: folded = Array(String(scalar).precomposedStringWithCompatibilityMapping.unicodeScalars)
    case .lower, .upper, .letter: folded = Self.foldLetter(scalar)
    }
    let result =
      folded.isEmpty && scalarClass != .nothing ? entry(.separator, []) : entry(scalarClass, folded)
    if value < Self.remembered { table[Int(value)] = result }
    return result
  }

  private func entry(_ scalarClass: Class, _ folded: [Unicode.Scalar]) -> Folded {
    let top = scalarClass.rawValue << 24
    if folded.count == 1 { return Folded(bits: top | folded[0].value) }
    if folded.isEmpty { return Folded(bits: top) }
    let bytes = Array(String(String.UnicodeScalarView(folded)).utf8)
    // Few scalars expand; those that are not remembered would otherwise add to the list each time.
    let index = expansions.firstIndex(of: bytes) ?? expansions.endIndex
    if index == expansions.endIndex { expansions.append(bytes) }
    return Folded(bits: top | Folded.manyBit | UInt32(index))
  }

  private static func decimal(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    guard let value = scalar.properties.numericValue, (0...9).contains(value) else { return [scalar] }
    return [Unicode.Scalar(UInt8(ascii: "0") + UInt8(value))]
  }

  /// Lower case by way of upper case, which makes `ß` and `ſ` equal to `SS` and `S`; decomposed, without diacritics.
  private static func foldLetter(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    let decomposed = scalar.properties.uppercaseMapping.decomposedStringWithCompatibilityMapping
    return decomposed.unicodeScalars.flatMap { part -> [Unicode.Scalar] in
      switch classify(part) {
      case .unknown, .separator, .nothing: return []
      case .digit: return decimal(part)
      case .ideograph: return [part]
      case .lower, .upper, .letter:
        // Twice, since Ω (ohm) and the like become other letters, and İ becomes i and a dot.
        return part.properties.lowercaseMapping.unicodeScalars.flatMap { lower -> [Unicode.Scalar] in
          if let plain = plainLetters[lower] { return Array(plain.unicodeScalars) }
          return classify(lower) == .nothing ? [] : [lower]
        }
      }
    }
  }

  /// Letters with a stroke or of two letters, which Unicode does not decompose.
  private static let plainLetters: [Unicode.Scalar: String] = [
    "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
  ]
}
