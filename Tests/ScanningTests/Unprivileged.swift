import Foundation
import Glibc

/// Runs code without root's right to read everything, so that permission tests are real for root too.
enum Unprivileged {
  /// Calls `body` with the file system rights of user 65534. `setfsuid` changes the calling thread alone; for
  /// another user than root it does nothing, and nothing is needed.
  static func run<Result>(_ body: () throws -> Result) throws -> Result {
    guard getuid() == 0 else { return try body() }
    guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "setfsuid") else { throw POSIXError(.ENOSYS) }
    let setfsuid = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> Int32).self)
    _ = setfsuid(65_534)
    defer { _ = setfsuid(0) }
    return try body()
  }
}
