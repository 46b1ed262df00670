internal import Foundation

/// The process's own standard streams.
enum Outlets {
  /// What standard output and standard error of this process can show.
  ///
  /// Colours follow https://no-color.org, and `TERM=dumb`.
  static func output(json: Bool, environment: [String: String]) -> Output {
    let isDumb = environment["TERM"] == "dumb"
    let noColours = isDumb || !(environment["NO_COLOR"] ?? "").isEmpty
    func style(_ descriptor: Int32) -> TextStyle {
      let isTerminal = isatty(descriptor) == 1
      return TextStyle(
        isTerminal: isTerminal && !isDumb, colours: isTerminal && !noColours,
        columns: isTerminal ? columns(of: descriptor) : 80)
    }
    return Output(
      json: json, style: style(1), noteStyle: style(2),
      standardOutput: { write($0, to: 1) }, standardError: { write($0, to: 2) })
  }

  /// The width of the terminal at `descriptor`; 80 where it does not say.
  static func columns(of descriptor: Int32) -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes all of `bytes`; gives 0, or the `errno` of the write that failed.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        start += count
      } else if errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, 1_000)
      } else if errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
