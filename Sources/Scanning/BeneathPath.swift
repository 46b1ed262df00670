import CSupport
import Glibc
import IndexModel

/// Opens what lies below a directory without following a symbolic link in any component, at any depth.
enum BeneathPath {
  /// Bytes that one system call takes; Linux refuses 4,096, and room for `/.` is needed.
  static let longestPiece = 4_000

  /// Opens the directory at `path` for reading; the empty path is `root` itself, opened anew. Returns a
  /// descriptor, or -1 with errno set.
  static func openDirectory(_ path: UnsafeBufferPointer<UInt8>, below root: Int32) -> Int32 {
    var parent = root
    var rest = path
    while rest.count > longestPiece {
      guard let cut = rest[..<longestPiece].lastIndex(of: UInt8(ascii: "/")) else {
        if parent != root { close(parent) }
        errno = ENAMETOOLONG
        return -1
      }
      let next = openPiece(UnsafeBufferPointer(rebasing: rest[..<cut]), below: parent)
      closeKeepingError(parent, unless: root)
      guard next >= 0 else { return -1 }
      parent = next
      rest = UnsafeBufferPointer(rebasing: rest[(cut + 1)...])
    }
    let result = openPiece(rest, below: parent)
    closeKeepingError(parent, unless: root)
    return result
  }

  /// Calls `body` with a directory's descriptor and the path below it, short enough for a system call, that
  /// together name `path`. `body` gets -1 when the directory cannot be opened; errno is set then.
  static func withParent<Result>(
    of path: RelativePath, below root: Int32, _ body: (Int32, UnsafePointer<CChar>) -> Result
  ) -> Result {
    var directory = root
    var tail = path.bytes[...]
    if tail.count > longestPiece, let cut = tail.lastIndex(of: UInt8(ascii: "/")) {
      directory = tail[..<cut].withUnsafeBufferPointer { openDirectory($0, below: root) }
      tail = tail[(cut + 1)...]
    }
    defer { if directory != root && directory >= 0 { close(directory) } }
    return withUnsafeTemporaryAllocation(of: CChar.self, capacity: tail.count + 1) { text in
      _ = text.initialize(from: tail.lazy.map(CChar.init(bitPattern:)))
      text[tail.count] = 0
      return body(directory, text.baseAddress!)
    }
  }

  /// Whether every component is a name: not empty, not `.` or `..`, no NUL.
  static func isPlain(_ path: RelativePath) -> Bool {
    !path.bytes.contains(0)
      && path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).allSatisfy {
        !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8)
      }
  }

  private static func openPiece(_ path: UnsafeBufferPointer<UInt8>, below parent: Int32) -> Int32 {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: path.count + 3) { text in
      // `/.` asks for a directory, so that a FIFO or database file put in its place is not opened.
      let ending: StaticString = path.isEmpty ? "." : "/."
      var count = 0
      for byte in path {
        text[count] = CChar(bitPattern: byte)
        count += 1
      }
      for index in 0..<ending.utf8CodeUnitCount {
        text[count] = CChar(bitPattern: ending.utf8Start[index])
        count += 1
      }
      text[count] = 0
      while true {
        let directory = csupport_open_beneath(parent, text.baseAddress!)
        // EAGAIN: something was renamed just then, and the kernel could not be sure.
        if directory >= 0 || (errno != EINTR && errno != EAGAIN) { return directory }
      }
    }
  }

  private static func closeKeepingError(_ directory: Int32, unless root: Int32) {
    guard directory != root else { return }
    let saved = errno
    close(directory)
    errno = saved
  }
}
