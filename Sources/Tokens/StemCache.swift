import CStemmer

/// An ASCII word of up to fifteen bytes, in lower case, with zeros behind it.
struct TokenKey {
  let low: UInt64
  let high: UInt64

  /// - Parameter bytes: letters and digits; sixteen bytes must be readable.
  @inline(__always)
  init(_ bytes: UnsafeRawPointer, _ count: Int) {
    // Bit 5 is set in lower-case letters and digits already.
    let caseBit: UInt64 = 0x2020_2020_2020_2020
    let low = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) | caseBit
    let high = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)) | caseBit
    // Smart shifts give zero or all ones past the ends, without a branch on the length.
    let bits = UInt64(truncatingIfNeeded: 8 &* count)
    self.low = low & ~(~0 << bits)
    self.high = high & ~(~0 << (bits < 64 ? 0 : bits &- 64))
  }

  /// Writes sixteen bytes, of which the zeros are overwritten by what comes next.
  @inline(__always)
  func write(to out: UnsafeMutableRawPointer) {
    out.storeBytes(of: low.littleEndian, as: UInt64.self)
    out.storeBytes(of: high.littleEndian, toByteOffset: 8, as: UInt64.self)
  }
}

/// English stems by word: a table of fixed size in which new words displace old ones.
///
/// A set is one cache line with two entries of 32 bytes: the word, whose sixteenth byte is the stem's length, and the
/// stem. Reading never writes; a miss moves the set's first entry to the second place, so that a word that is used
/// often comes back to the first at once. Nearly every look-up is a hit, and most are in the processor's L2.
final class StemCache {
  static let maximumKeyBytes = 15

  private static let setBits: UInt64 = 15
  private static let entryBytes = 32
  private static let setBytes = 2 * entryBytes
  private let sets: UnsafeMutableRawPointer
  private let stemmer: OpaquePointer
  /// Look-ups that had to ask the stemmer.
  private(set) var misses = 0

  init() {
    let bytes = Self.setBytes << Int(Self.setBits)
    sets = .allocate(byteCount: bytes, alignment: Self.setBytes)
    sets.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    guard let stemmer = sb_stemmer_new("english", "UTF_8") else {
      preconditionFailure("libstemmer has no English stemmer for UTF-8, or there is no memory")
    }
    self.stemmer = stemmer
  }

  deinit {
    sets.deallocate()
    sb_stemmer_delete(stemmer)
  }

  /// Writes the stem of a word of letters; sixteen bytes are written in any case.
  ///
  /// - Returns: the stem's length, at most `count`.
  @inline(__always)
  func writeStem(of key: TokenKey, _ count: Int, to out: UnsafeMutableRawPointer) -> Int {
    let mixed = (key.low ^ (key.high &* 0x9E37_79B9_7F4A_7C15)) &* 0xD6E8_FEB8_6659_FD93
    let set = sets + Int(mixed &>> (64 &- Self.setBits)) &* Self.setBytes
    if let length = Self.writeHit(set, key, out) { return length }
    if let length = Self.writeHit(set + Self.entryBytes, key, out) { return length }
    return writeMiss(set, key, count, out)
  }

  @inline(__always)
  private static func writeHit(
    _ entry: UnsafeMutableRawPointer, _ key: TokenKey, _ out: UnsafeMutableRawPointer
  ) -> Int? {
    let high = entry.load(fromByteOffset: 8, as: UInt64.self)
    guard entry.load(as: UInt64.self) == key.low, (high ^ key.high) &<< 8 == 0 else { return nil }
    out.storeBytes(of: entry.load(fromByteOffset: 16, as: UInt64.self), as: UInt64.self)
    out.storeBytes(
      of: entry.load(fromByteOffset: 24, as: UInt64.self), toByteOffset: 8, as: UInt64.self)
    return Int(high &>> 56)
  }

  @inline(never)
  private func writeMiss(
    _ set: UnsafeMutableRawPointer, _ key: TokenKey, _ count: Int, _ out: UnsafeMutableRawPointer
  ) -> Int {
    misses += 1
    key.write(to: out)
    let length = stem(out, count)
    (set + Self.entryBytes).copyMemory(from: set, byteCount: Self.entryBytes)
    set.storeBytes(of: key.low, as: UInt64.self)
    set.storeBytes(of: key.high | UInt64(length) << 56, toByteOffset: 8, as: UInt64.self)
    (set + 16).copyMemory(from: out, byteCount: 16)
    return length
  }

  /// Writes a longer ASCII word in lower case, cut to the bound, and stems it.
  ///
  /// - Returns: its length.
  @inline(never)
  func writeLong(
    _ bytes: UnsafeRawPointer, _ count: Int, stemmed: Bool, to out: UnsafeMutableRawPointer
  ) -> Int {
    let kept = min(count, Tokenizer.maximumTokenBytes)
    for index in 0..<kept {
      out.storeBytes(
        of: bytes.load(fromByteOffset: index, as: UInt8.self) | 0x20, toByteOffset: index, as: UInt8.self)
    }
    return stemmed ? stem(out, kept) : kept
  }

  /// Replaces the word of lower-case letters at `word` by its stem.
  ///
  /// - Returns: the stem's length, at most `count`.
  private func stem(_ word: UnsafeMutableRawPointer, _ count: Int) -> Int {
    let symbols = UnsafeRawPointer(word).assumingMemoryBound(to: sb_symbol.self)
    // nil when there is no memory; then, and should a stem ever be longer than its word, the word is its own stem.
    guard let stem = sb_stemmer_stem(stemmer, symbols, Int32(count)) else { return count }
    let length = Int(sb_stemmer_length(stemmer))
    guard length > 0, length <= count else { return count }
    word.copyMemory(from: stem, byteCount: length)
    return length
  }
}
