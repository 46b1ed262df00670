internal import Foundation
internal import IndexModel

/// The machine's `crontab`, called without a shell. Its streams are unlinked files, so that neither side can wait
/// for the other.
struct CrontabProgram: Sendable {
  /// A name that is looked up in `PATH`, or a path.
  var name = "crontab"

  /// The user's crontab; an empty one when there is none.
  ///
  /// - Throws: `cron_unavailable`.
  func read() throws -> Crontab {
    let answer = try run(["-l"], input: [])
    if answer.status == 0 { return Crontab(bytes: answer.output) }
    let message = String(decoding: answer.error, as: UTF8.self)
    if answer.status == 1, message.lowercased().contains("no crontab for") { return Crontab(bytes: []) }
    throw refusal("-l", message)
  }

  /// Puts `crontab` in the place of the user's.
  func write(_ crontab: Crontab) throws {
    let answer = try run(["-"], input: crontab.bytes)
    guard answer.status == 0 else { throw refusal("-", String(decoding: answer.error, as: UTF8.self)) }
  }

  private func refusal(_ argument: String, _ message: String) -> IndexerError {
    let reason = message.trimmingCharacters(in: .whitespacesAndNewlines)
    return IndexerError(
      .cronUnavailable, "`\(name) \(argument)` failed: \(reason.isEmpty ? "it did not say why" : reason)")
  }

  private struct Answer {
    /// The exit code; 128 and the signal when one ended it.
    var status: Int32
    var output: [UInt8]
    var error: [UInt8]
  }

  private func run(_ arguments: [String], input: [UInt8]) throws -> Answer {
    let streams = try [input, [], []].map(Self.scratch)
    defer { for stream in streams { close(stream) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(target))
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

    var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let failure = posix_spawnp(&child, name, &actions, &attributes, &words, environ)
    guard failure == 0 else {
      throw IndexerError(
        .cronUnavailable,
        failure == ENOENT
          ? "there is no program `\(name)` on this machine; install it: apt-get install cron"
          : "`\(name)` cannot be started: \(String(cString: strerror(failure)))")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return Answer(
      status: signal == 0 ? status >> 8 & 0xff : 128 + signal, output: Self.contents(streams[1]),
      error: Self.contents(streams[2]))
  }

  /// An unlinked file that holds `bytes`, at its beginning.
  private static func scratch(_ bytes: [UInt8]) throws -> Int32 {
    var name = Array((NSTemporaryDirectory() + "/indexer-cron-XXXXXX").utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else {
      throw IndexerError(.ioError, "no temporary file can be made: \(String(cString: strerror(errno)))")
    }
    unlink(name)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    let failure = Outlets.write(bytes, to: descriptor)
    guard failure == 0 else {
      close(descriptor)
      throw IndexerError(
        .ioError, "a temporary file cannot be written: \(String(cString: strerror(failure)))")
    }
    lseek(descriptor, 0, SEEK_SET)
    return descriptor
  }

  private static func contents(_ descriptor: Int32) -> [UInt8] {
    lseek(descriptor, 0, SEEK_SET)
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Foundation.read(descriptor, &buffer, buffer.count)
      guard count > 0 else { return result }
      result += buffer.prefix(count)
    }
  }
}
