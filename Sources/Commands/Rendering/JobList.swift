internal import IndexModel

/// What `jobs --json`, and `status --json` without an id, print.
struct JobList: Encodable {
  var jobs: [JobReport]

  /// On a terminal with ids that are just long enough to be given back, and times to the minute.
  static func table(_ jobs: [JobReport], _ style: TextStyle) -> TextTable {
    let isShort = style.isTerminal
    var table = TextTable(columns: [
      .init(heading: "ID"), .init(heading: "STATE"), .init(heading: "DONE", isNumber: true),
      .init(heading: "FILES", isNumber: true), .init(heading: "FAILED", isNumber: true),
      .init(heading: "PROJECT"), .init(heading: "CREATED (UTC)"),
      .init(heading: "DIRECTORY", isElastic: true),
    ])
    table.rows = jobs.map { job in
      let state = job.interrupted ? "interrupted" : job.status.rawValue
      return [
        .init(isShort ? JobFigures.shortID(job.id) : job.id), .init(state, JobFigures(job: job).colour),
        .init(String(job.files.done)),
        .init(String(job.files.found)), .init(String(job.files.failed), job.files.failed > 0 ? .red : nil),
        .init(job.project), .init(isShort ? minute(job.createdAt) : job.createdAt.description),
        .init(job.directory),
      ]
    }
    return table
  }

  /// `2026-03-01 10:00`
  private static func minute(_ time: Timestamp) -> String {
    time.description.prefix(16).split(separator: "T").joined(separator: " ")
  }
}

/// What `events --json` prints.
struct EventList: Encodable {
  var events: [JobEvent]

  static func table(_ events: [JobEvent]) -> TextTable {
    var table = TextTable(columns: [
      .init(heading: "AT"), .init(heading: "WHAT"), .init(heading: "FROM"), .init(heading: "TO"),
      .init(heading: "WHO", isElastic: true), .init(heading: "WHY"),
    ])
    table.rows = events.map { event in
      [
        .init(event.at.description), .init(event.kind.rawValue), .init(event.from?.rawValue ?? "-"),
        .init(event.to?.rawValue ?? "-"), .init(event.actor), .init(event.reason ?? "-"),
      ]
    }
    return table
  }
}

/// What `projects --json` prints.
struct ProjectList: Encodable {
  var projects: [ProjectReport]

  /// A row for each directory of a project.
  static func table(_ projects: [ProjectReport]) -> TextTable {
    var table = TextTable(columns: [
      .init(heading: "PROJECT"), .init(heading: "FILES", isNumber: true),
      .init(heading: "UNITS", isNumber: true),
      .init(heading: "SIZE", isNumber: true), .init(heading: "DIRECTORY", isElastic: true),
    ])
    for project in projects {
      let paths = project.sources.isEmpty ? ["-"] : project.sources.map(\.path)
      for path in paths {
        table.rows.append([
          .init(project.name), .init(String(project.files)), .init(String(project.units)),
          .init(Quantity.bytes(project.bytesOnDisk)), .init(path),
        ])
      }
    }
    return table
  }
}
