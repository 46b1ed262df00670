internal import Foundation
internal import IndexModel
internal import Synchronization

/// The one place that writes to standard output and standard error.
///
/// Results go to standard output, everything else to standard error. Each call is one write; a list is gathered
/// into writes of 64 KiB. Once nobody reads standard output any more, what is written to it is dropped.
final class Output: Sendable {
  /// Takes bytes; gives 0, or the `errno` of a failed write.
  typealias Sink = @Sendable (_ bytes: [UInt8]) -> Int32

  /// Results are JSON.
  let isJSON: Bool
  /// Of standard output.
  let style: TextStyle
  /// Of standard error.
  let noteStyle: TextStyle

  private let standardOutput: Sink
  private let standardError: Sink
  private let state = Mutex(State())

  private struct State {
    var gathered: [UInt8] = []
    /// Of the first write to standard output that failed.
    var failure: Int32 = 0
    /// The line that is drawn over at the bottom of standard error; empty when there is none.
    var progress = ""
  }

  init(
    json: Bool, style: TextStyle = .plain, noteStyle: TextStyle = .plain,
    standardOutput: @escaping Sink, standardError: @escaping Sink
  ) {
    isJSON = json
    self.style = style
    self.noteStyle = noteStyle
    self.standardOutput = standardOutput
    self.standardError = standardError
  }

  // MARK: Results

  /// One result: `value` as a line of JSON with `--json`, else what `text` makes of it.
  func show(_ value: some Encodable, _ text: (TextStyle) -> String) throws {
    append(try isJSON ? Array(JSONContract.encode(value)) : Array(text(style).utf8))
    flush()
  }

  /// One of many results; written when enough of them are together, or by ``flush()``.
  ///
  /// - Throws: ``ReaderGone`` when nobody reads any more, so that a long list ends.
  func item(_ value: some Encodable, _ text: (TextStyle) -> String) throws {
    let isFull = append(try isJSON ? Array(JSONContract.encode(value)) : Array(text(style).utf8))
    if isFull { flush() }
    if state.withLock({ $0.failure != 0 }) { throw ReaderGone() }
  }

  /// Text that has no JSON form, such as a help screen.
  func text(_ text: String) {
    append(Array(text.utf8))
    flush()
  }

  /// Writes what is gathered.
  func flush() {
    state.withLock { state in
      guard !state.gathered.isEmpty else { return }
      if state.failure == 0 {
        if style.isTerminal { erase(&state) }
        state.failure = standardOutput(state.gathered)
      }
      state.gathered.removeAll(keepingCapacity: true)
    }
  }

  /// `errno` of the write to standard output that failed for another reason than that its reader is gone; 0 when
  /// all went well.
  var failure: Int32 { state.withLock { $0.failure == EPIPE ? 0 : $0.failure } }

  /// Adds a line; true when it is time to write.
  @discardableResult private func append(_ line: [UInt8]) -> Bool {
    guard !line.isEmpty else { return false }
    return state.withLock { state in
      state.gathered += line
      if line.last != UInt8(ascii: "\n") { state.gathered.append(UInt8(ascii: "\n")) }
      return state.gathered.count >= 65_536
    }
  }

  // MARK: Everything else

  /// Sentences for people on standard error, whatever the form of the results.
  func note(_ text: String) { writeError(text + "\n") }

  /// A sentence that asks for attention.
  func warn(_ text: String) { note("indexer: " + noteStyle.paint("warning:", .yellow) + " " + text) }

  /// An error: an object on standard output with `--json`, else a line on standard error.
  func fail(_ error: IndexerError) {
    guard isJSON else {
      note("indexer: " + PrintableText.escapedLines(error.message))
      return
    }
    if let line = try? JSONContract.encode(ErrorReport(error)) { append(Array(line)) }
    flush()
  }

  /// Bytes for standard error as they are, such as a log line.
  func writeError(_ text: String) {
    flush()
    state.withLock { state in
      let drawn = state.progress
      erase(&state)
      _ = standardError(Array(text.utf8))
      draw(drawn, &state)
    }
  }

  /// Draws `line` over the last one at the bottom of the terminal; an empty one takes it away. Does nothing where
  /// standard error is not a terminal. `line` must fit into one row.
  func progress(_ line: String) {
    guard noteStyle.isTerminal else { return }
    state.withLock { state in
      guard line != state.progress else { return }
      if line.isEmpty {
        erase(&state)
      } else {
        draw(line, &state)
      }
    }
  }

  private func draw(_ line: String, _ state: inout State) {
    guard !line.isEmpty else { return }
    state.progress = line
    _ = standardError(Array("\r\(line)\u{1B}[K".utf8))
  }

  private func erase(_ state: inout State) {
    guard !state.progress.isEmpty else { return }
    state.progress = ""
    _ = standardError(Array("\r\u{1B}[K".utf8))
  }
}

/// Nobody reads standard output any more: the command ends quietly.
struct ReaderGone: Error {}
