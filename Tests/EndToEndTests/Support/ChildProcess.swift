import Foundation

/// A program that a test has started: its own environment, its output in files, and an end that is waited for by
/// looking, never by blocking a thread of the test.
struct ChildProcess: Sendable {
  let pid: pid_t
  /// For messages.
  let command: String
  private let output: String
  private let errors: String

  /// How a program ended and what it said.
  struct Result: Sendable {
    /// The exit status; 128 and the signal's number when one ended it.
    var status: Int32
    var output: String
    var errors: String
    var command: String

    /// Both streams, for checks that hold for all of a program's words.
    var everything: String { output + errors }

    var lines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// Starts `arguments[0]`, an absolute path.
  ///
  /// - Parameters:
  ///   - environment: all of it; nothing is inherited.
  ///   - directory: the working directory.
  ///   - scratch: where the output goes.
  ///   - handingOver: a descriptor that the child gets as its number 9; nil for none.
  init(
    _ arguments: [String], environment: [String: String], directory: String, scratch: String,
    handingOver extra: Int32? = nil
  ) throws {
    let name = "\(scratch)/process-\(UUID().uuidString)"
    output = name + ".out"
    errors = name + ".err"
    command = arguments.joined(separator: " ")
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
    if let extra { posix_spawn_file_actions_adddup2(&actions, extra, 9) }
    Self.keepDescriptorsBack()
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of Swift's pool have all signals blocked, and a child would have them so too.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    posix_spawnattr_setsigmask(&attributes, &blocked)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    // `env` changes the directory, for which posix_spawn has no call that Swift sees, and becomes the program.
    var words: [UnsafeMutablePointer<CChar>?] =
      (["/usr/bin/env", "--chdir=\(directory)"] + arguments).map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, "/usr/bin/env", &actions, &attributes, &words, &variables)
    guard failure == 0 else { throw Failure("\(command): \(String(cString: strerror(failure)))") }
    pid = child
  }

  /// Tests run side by side: nobody's pipe may live on in another test's background worker.
  private static func keepDescriptorsBack() {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
      guard let descriptor = Int32(name), descriptor > 2 else { continue }
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
  }

  func signal(_ number: Int32) { kill(pid, number) }

  /// Waits for the end.
  ///
  /// - Throws: after `seconds`, when it has been killed instead.
  func end(within seconds: Double = 60) async throws -> Result {
    var status: Int32 = 0
    let ended = try await poll(within: seconds, every: 2) { waitpid(pid, &status, WNOHANG) == pid }
    guard ended else {
      signal(SIGKILL)
      waitpid(pid, &status, 0)
      throw Failure("\(command) did not end within \(seconds) s")
    }
    let killer = status & 0x7f
    return Result(
      status: killer == 0 ? status >> 8 & 0xff : 128 + killer, output: Self.text(output), errors: Self.text(errors),
      command: command)
  }

  /// Waits for the end on the calling thread: for programs that are over in no time.
  ///
  /// - Returns: whether it succeeded.
  func succeeds() -> Bool {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status == 0
  }

  /// What it has said so far.
  var outputSoFar: String { Self.text(output) }
  var errorsSoFar: String { Self.text(errors) }

  private static func text(_ file: String) -> String {
    String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
  }
}

/// A test cannot go on.
struct Failure: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

/// Asks `isSo` every few milliseconds until it holds.
///
/// - Returns: whether it did within the time.
func poll(
  within seconds: Double, every milliseconds: Int = 10, _ isSo: () async throws -> Bool
) async throws -> Bool {
  let deadline = ContinuousClock.now + .seconds(seconds)
  repeat {
    if try await isSo() { return true }
    try await Task.sleep(for: .milliseconds(milliseconds))
  } while ContinuousClock.now < deadline
  return try await isSo()
}
