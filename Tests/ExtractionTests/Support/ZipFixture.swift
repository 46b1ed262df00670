import CZip
import Foundation
import TestSupport

@testable import Extraction

/// Makes zip archives with libzip, for tests.
enum ZipFixture {
  struct Failure: Error {}

  /// - Parameter password: encrypts all entries with AES.
  static func bytes(_ entries: [(name: String, bytes: [UInt8])], password: String? = nil) throws -> [UInt8] {
    let scratch = try Scratch("zip")
    var code: Int32 = 0
    guard let archive = zip_open(scratch.path("a.zip"), ZIP_CREATE, &code) else { throw Failure() }
    // libzip reads the buffers when the archive is closed.
    var buffers: [UnsafeMutableRawBufferPointer] = []
    defer { for buffer in buffers { buffer.deallocate() } }
    for (name, bytes) in entries {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
      buffer.copyBytes(from: bytes)
      buffers.append(buffer)
      guard let source = zip_source_buffer(archive, buffer.baseAddress, UInt64(bytes.count), 0) else {
        throw Failure()
      }
      let index = zip_file_add(archive, name, source, 0)
      guard index >= 0 else { throw Failure() }
      if let password { zip_file_set_encryption(archive, UInt64(index), UInt16(ZIP_EM_AES_256), password) }
    }
    guard zip_close(archive) == 0 else { throw Failure() }
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: scratch.path("a.zip"))))
  }

  static func bytes(_ entries: [(String, String)]) throws -> [UInt8] {
    try bytes(entries.map { ($0.0, Array($0.1.utf8)) })
  }
}

/// Calls `body` with a document of these bytes, in a file of their own.
func withDocument<Result>(
  _ bytes: [UInt8], name: String = "document", _ body: (Document) throws -> Result
) throws -> Result {
  let scratch = try Scratch("document")
  let descriptor = open(scratch.path("bytes"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
  guard descriptor >= 0 else { throw ZipFixture.Failure() }
  defer { close(descriptor) }
  var done = 0
  while done < bytes.count {
    let count = bytes[done...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard count > 0 else { throw ZipFixture.Failure() }
    done += count
  }
  return try body(Document(descriptor: descriptor, size: bytes.count, name: name))
}

/// The failure that `body` throws; nil when it throws none.
func extractionFailure(of body: () throws -> Void) throws -> ExtractionFailure? {
  do {
    try body()
    return nil
  } catch let failure as ExtractionFailure {
    return failure
  }
}

extension ExtractionFailure {
  /// Whether the file breaks off or is not what it says it is, whatever the words are.
  var isDamage: Bool {
    if case .damaged = self { return true }
    return false
  }
}
