import CXXHash
package import IndexModel

/// Content hashes: XXH3, 128 bits, seed 0, over all bytes of a file.
package enum ContentHasher {
  /// The hash in xxHash's canonical form, which is big-endian on every machine and what `xxh128sum` prints.
  package static func hash(_ bytes: UnsafeRawBufferPointer) -> ContentHash {
    var canonical = XXH128_canonical_t()
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.baseAddress, bytes.count))
    return withUnsafeBytes(of: canonical) { ContentHash(bytes: Array($0)) }
  }
}
