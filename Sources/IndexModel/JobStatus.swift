/// Where a job is. The words are those of the `status` column.
package enum JobStatus: String, Sendable, CaseIterable, Codable {
  case queued, running, pausing, paused, cancelling, cancelled, failed, completed

  /// Held by a worker, or to be taken over from a dead one.
  package var isActive: Bool { self == .running || self == .pausing || self == .cancelling }

  /// Will change again without a user's doing.
  package var isUnfinished: Bool { isActive || self == .queued }

  /// Nothing leads out of it.
  package var isTerminal: Bool { self == .completed || self == .cancelled }

  /// The whole state machine. Staying in `running` is a reclaim, with a new epoch.
  package var successors: Set<JobStatus> {
    switch self {
    case .queued: [.running, .paused, .cancelled]
    case .running: [.running, .pausing, .cancelling, .paused, .queued, .completed, .failed]
    case .pausing: [.paused, .running, .cancelling, .completed, .failed]
    case .paused: [.queued, .cancelled]
    case .cancelling: [.cancelled]
    case .failed: [.queued, .cancelled]
    case .completed, .cancelled: []
    }
  }
}

/// What a user, or a program for him, asks of a job.
package enum ControlRequest: String, Sendable, CaseIterable, Codable {
  case pause, resume, cancel

  /// What asking this of a job in `status` does.
  package func response(in status: JobStatus) -> ControlResponse {
    switch (self, status) {
    case (.pause, .queued): .move(to: .paused)
    case (.pause, .running): .move(to: .pausing)
    case (.pause, .pausing), (.pause, .paused): .alreadySo
    case (.resume, .paused), (.resume, .failed): .move(to: .queued)
    case (.resume, .pausing): .move(to: .running)
    case (.resume, .queued), (.resume, .running): .alreadySo
    case (.cancel, .queued), (.cancel, .paused), (.cancel, .failed): .move(to: .cancelled)
    case (.cancel, .running), (.cancel, .pausing): .move(to: .cancelling)
    case (.cancel, .cancelling), (.cancel, .cancelled): .alreadySo
    case (.pause, _), (.resume, _), (.cancel, _): .conflict
    }
  }
}

/// How a job answers a ``ControlRequest``.
package enum ControlResponse: Hashable, Sendable {
  case move(to: JobStatus)
  /// It is, or is heading, where it was asked to go: success, and nothing changes.
  case alreadySo
  case conflict
}

/// Why a job is paused.
package enum PauseReason: String, Sendable, CaseIterable, Codable {
  /// Goes on only when a user says so.
  case user
  /// Paused itself; goes on by itself when there is room.
  case diskLow = "disk_low"
}

/// What a job does.
package enum JobKind: String, Sendable, CaseIterable, Codable {
  case index
  /// Indexes an uploaded file.
  case ingest
  /// Indexes a source with all files read again.
  case reprocess
  /// Builds a generation aside, and publishes it.
  case snapshot
}

/// How far a running job has come.
package enum JobPhase: String, Sendable, CaseIterable, Codable {
  case walking, planning, indexing, finishing
}
