internal import Foundation
internal import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into values that the main thread waits for; a second SIGINT ends the process
/// at once, whatever the main thread is doing.
///
/// The handler does no more than count and write one byte to a pipe, both of which a signal handler may do.
struct SignalInbox: Sendable {
  enum Request: Hashable, Sendable {
    /// Ctrl-C.
    case interrupt
    /// SIGTERM, or the terminal is gone.
    case terminate
  }

  private let readEnd: Int32
  private let writeEnd: Int32

  /// Starts to catch the signals, for the rest of the process's life.
  init() {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "no pipe for signals")
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    readEnd = ends[0]
    writeEnd = ends[1]
    CaughtSignals.pipe.store(writeEnd, ordering: .sequentiallyConsistent)
    CaughtSignals.interrupts.store(0, ordering: .sequentiallyConsistent)
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      var before = sigaction()
      // `nohup` means it.
      if signal == SIGHUP, sigaction(signal, nil, &before) == 0, Self.isIgnored(before) { continue }
      var action = sigaction()
      action.__sigaction_handler.sa_handler = CaughtSignals.handle
      action.sa_flags = SA_RESTART
      sigaction(signal, &action, nil)
    }
  }

  private static func isIgnored(_ action: sigaction) -> Bool {
    unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Ends a ``wait(milliseconds:)`` of another thread.
  func wake() {
    var byte: UInt8 = 0
    _ = write(writeEnd, &byte, 1)
  }

  /// Sleeps for `milliseconds`, less when a signal comes or somebody calls ``wake()``.
  func wait(milliseconds: Int32) -> Request? {
    var ready = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, milliseconds) > 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(readEnd, &bytes, bytes.count)
    guard count > 0 else { return nil }
    let signals = bytes.prefix(count).filter { $0 != 0 }.map(Int32.init)
    if signals.contains(where: { $0 == SIGTERM || $0 == SIGHUP }) { return .terminate }
    return signals.contains(SIGINT) ? .interrupt : nil
  }
}

/// What the signal handler may touch.
private enum CaughtSignals {
  static let pipe = Atomic<Int32>(-1)
  static let interrupts = Atomic<Int>(0)

  static let handle: @convention(c) (Int32) -> Void = { signal in
    let savedError = errno
    if signal == SIGINT, countInterrupt() > 1 {
      var newline = UInt8(ascii: "\n")
      _ = write(2, &newline, 1)
      _exit(128 + SIGINT)
    }
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = write(pipe.load(ordering: .sequentiallyConsistent), &byte, 1)
    errno = savedError
  }

  private static func countInterrupt() -> Int {
    interrupts.add(1, ordering: .sequentiallyConsistent).newValue
  }
}
