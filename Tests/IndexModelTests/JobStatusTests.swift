import IndexModel
import Testing

@Suite("JobStatus")
struct JobStatusTests {
  /// The table of the design, section 4, row by row.
  static let design: [(from: JobStatus, to: [JobStatus])] = [
    (.queued, [.running, .paused, .cancelled]),
    (.running, [.pausing, .cancelling, .paused, .queued, .completed, .failed, .running]),
    (.pausing, [.paused, .running, .cancelling, .completed, .failed]),
    (.paused, [.queued, .cancelled]),
    (.cancelling, [.cancelled]),
    (.failed, [.queued, .cancelled]),
    (.completed, []),
    (.cancelled, []),
  ]

  @Test("The state machine is that of the design, all 64 pairs of it", arguments: design)
  func transitions(from: JobStatus, to: [JobStatus]) {
    for status in JobStatus.allCases {
      #expect(from.successors.contains(status) == to.contains(status), "\(from.rawValue) to \(status.rawValue)")
    }
  }

  @Test("The design's table has every status")
  func complete() {
    #expect(Set(Self.design.map(\.from)) == Set(JobStatus.allCases))
    #expect(Self.design.count == 8 && JobStatus.allCases.count == 8)
  }

  @Test(
    "What a status says of a job",
    arguments: [
      (JobStatus.queued, false, true, false), (.running, true, true, false), (.pausing, true, true, false),
      (.paused, false, false, false), (.cancelling, true, true, false), (.cancelled, false, false, true),
      (.failed, false, false, false), (.completed, false, false, true),
    ])
  func kinds(_ status: JobStatus, isActive: Bool, isUnfinished: Bool, isTerminal: Bool) {
    #expect(status.isActive == isActive)
    #expect(status.isUnfinished == isUnfinished)
    #expect(status.isTerminal == isTerminal)
    #expect(status.isTerminal == status.successors.isEmpty)
  }
}

@Suite("ControlRequest")
struct ControlRequestTests {
  static let table: [(ControlRequest, [JobStatus: ControlResponse])] = [
    (
      .pause,
      [
        .queued: .move(to: .paused), .running: .move(to: .pausing), .pausing: .alreadySo, .paused: .alreadySo,
        .cancelling: .conflict, .cancelled: .conflict, .failed: .conflict, .completed: .conflict,
      ]
    ),
    (
      .resume,
      [
        .queued: .alreadySo, .running: .alreadySo, .pausing: .move(to: .running), .paused: .move(to: .queued),
        .cancelling: .conflict, .cancelled: .conflict, .failed: .move(to: .queued), .completed: .conflict,
      ]
    ),
    (
      .cancel,
      [
        .queued: .move(to: .cancelled), .running: .move(to: .cancelling), .pausing: .move(to: .cancelling),
        .paused: .move(to: .cancelled), .cancelling: .alreadySo, .cancelled: .alreadySo,
        .failed: .move(to: .cancelled), .completed: .conflict,
      ]
    ),
  ]

  @Test("What a request does in each status", arguments: table)
  func response(_ request: ControlRequest, _ expected: [JobStatus: ControlResponse]) {
    #expect(expected.count == 8)
    for (status, response) in expected {
      #expect(request.response(in: status) == response, "\(request.rawValue) when \(status.rawValue)")
      if case .move(let target) = response { #expect(status.successors.contains(target)) }
    }
  }
}
