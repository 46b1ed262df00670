internal import CZstd
package import IndexModel

/// Compresses the text of units: zstd, level 1, a frame a unit, with contexts and memory that are used again.
///
/// One for each thread.
package final class UnitTextCodec {
  private let compressor: OpaquePointer
  private let decompressor: OpaquePointer
  private var space: UnsafeMutableRawBufferPointer

  package init() {
    compressor = ZSTD_createCCtx()
    decompressor = ZSTD_createDCtx()
    space = .allocate(byteCount: 32 << 10, alignment: 16)
  }

  deinit {
    ZSTD_freeCCtx(compressor)
    ZSTD_freeDCtx(decompressor)
    space.deallocate()
  }

  /// - Returns: the frame, valid until the next call.
  package func compress(_ text: UnsafeRawBufferPointer) throws(IndexerError) -> UnsafeRawBufferPointer {
    reserve(ZSTD_compressBound(text.count))
    let size = ZSTD_compressCCtx(compressor, space.baseAddress, space.count, text.baseAddress, text.count, 1)
    guard ZSTD_isError(size) == 0 else {
      throw IndexerError(.internalError, "a text could not be compressed: \(String(cString: ZSTD_getErrorName(size)))")
    }
    return UnsafeRawBufferPointer(rebasing: space[..<size])
  }

  /// - Parameter bytes: of the text, as stored beside the frame.
  /// - Returns: the text, valid until the next call.
  package func decompress(
    _ frame: UnsafeRawBufferPointer, bytes: Int
  ) throws(IndexerError) -> UnsafeRawBufferPointer {
    reserve(bytes)
    let size = ZSTD_decompressDCtx(decompressor, space.baseAddress, space.count, frame.baseAddress, frame.count)
    guard ZSTD_isError(size) == 0, size == bytes else {
      throw IndexerError(.damaged, "the stored text of a unit is damaged; `indexer doctor` tells what can be done")
    }
    return UnsafeRawBufferPointer(rebasing: space[..<size])
  }

  private func reserve(_ bytes: Int) {
    guard space.count < bytes else { return }
    space.deallocate()
    space = .allocate(byteCount: bytes + bytes / 2, alignment: 16)
  }
}
