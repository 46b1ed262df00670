internal import IndexModel

/// The line that shows a running job: drawn over and over on a terminal, written now and then elsewhere.
struct ProgressLine {
  var job: JobReport

  /// Seconds after which a file at work is said to be slow.
  static let slowFile = 2.0

  /// For a terminal: never wider than `columns`. What says least goes first when room is short.
  ///
  ///     indexing [=====>    ]  52%  40,861/78,579 files  676 MB/1.3 GB  9,822 files/s  0:04 left  drivers/net/x.c
  func text(columns: Int, style: TextStyle, now: Timestamp) -> String {
    let parts = isCounting ? counting(now) : [meter(columns: columns)] + figures
    let reserved = job.current.isEmpty || columns < 60 ? 1 : 22
    var room = columns - reserved
    var kept: Set<Int> = []
    for index in Self.byWeight(parts.count) {
      let width = PrintableText.width(parts[index]) + 2
      guard room >= width else { continue }
      room -= width
      kept.insert(index)
    }
    let line = parts.indices.filter(kept.contains).map { parts[$0] }.joined(separator: "  ")
    if line.isEmpty { return PrintableText.head(parts[0], columns: max(0, columns - 1)) }
    guard let file = currentFile(columns: columns - PrintableText.width(line) - 3) else { return line }
    return line + "  " + style.paint(file, .dim)
  }

  /// Indices of the parts: how far it is, the files, the time left (the last), then the others.
  private static func byWeight(_ count: Int) -> [Int] {
    let first = [0, 1, count - 1].filter { $0 < count }
    return first + (0..<count).filter { !first.contains($0) }
  }

  /// For a log: everything, on one line.
  func plain(now: Timestamp) -> String {
    let parts = isCounting ? counting(now) : [word, percent] + figures
    let file = currentFile(columns: .max).map { [$0] } ?? []
    return (parts.filter { !$0.isEmpty } + file).joined(separator: "  ")
  }

  /// Whether it is not yet known how much there is to do.
  private var isCounting: Bool { job.status == .queued || job.phase == nil || job.phase == .walking }

  private var word: String {
    if job.interrupted { return "interrupted" }
    if job.status == .running, let phase = job.phase { return phase.rawValue }
    return job.status.rawValue
  }

  private func counting(_ now: Timestamp) -> [String] {
    var parts = [word]
    if let position = job.queuePosition, position > 0 { parts.append("position \(position)") }
    if job.files.found > 0 { parts.append(Quantity.count(job.files.found, "file")) }
    if job.files.ignored > 0 { parts.append("\(Quantity.count(job.files.ignored)) ignored") }
    if let start = job.startedAt, job.status.isActive {
      parts.append(Quantity.duration(Double(max(0, now.milliseconds - start.milliseconds)) / 1000))
    }
    return parts
  }

  /// What it does, a bar, and how much of it is done.
  private func meter(columns: Int) -> String {
    let width = min(20, columns / 8)
    let filled = Int(Double(width) * share)
    let head = filled < width && filled > 0 ? ">" : ""
    let body = String(repeating: "=", count: max(0, filled - head.count)) + head
    let bar = columns >= 50 ? " [\(PrintableText.padded(body, to: width))]" : ""
    return "\(word)\(bar) \(percent)"
  }

  private var figures: [String] {
    var parts = ["\(Quantity.count(job.files.done))/\(Quantity.count(job.files.found)) files"]
    if job.bytes.found > 0 {
      parts.append("\(Quantity.bytes(job.bytes.done))/\(Quantity.bytes(job.bytes.found))")
    }
    if job.rate.filesPerSecond >= 1 {
      parts.append("\(Quantity.count(Int(job.rate.filesPerSecond))) files/s")
    }
    if let left = job.etaSeconds { parts.append("\(Quantity.clock(left)) left") }
    return parts
  }

  /// By bytes where there are any: a file count says little about the time.
  private var share: Double {
    let (part, whole) =
      job.bytes.found > 0
      ? (Double(job.bytes.done), Double(job.bytes.found)) : (Double(job.files.done), Double(job.files.found))
    return whole > 0 ? min(1, max(0, part / whole)) : 0
  }

  private var percent: String {
    let number = String(Quantity.percent(share, of: 1))
    return String(repeating: " ", count: 3 - number.count) + number + "%"
  }

  /// The file that has been at work for longest, below the job's directory, with its time when it is slow.
  private func currentFile(columns: Int) -> String? {
    guard let file = job.current.max(by: { $0.seconds < $1.seconds }) else { return nil }
    let name = PrintableText.escaped(AbsolutePath.shown(file.path, in: job.directory))
    let time = file.seconds > Self.slowFile ? " (\(Quantity.duration(file.seconds)))" : ""
    let room = columns - time.count
    guard room >= 8 else { return nil }
    return PrintableText.tail(name, columns: room) + time
  }
}
