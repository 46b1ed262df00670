import IndexModel
import Testing

@Suite("RetryPolicy")
struct RetryPolicyTests {
  @Test("P9: The wait doubles up to its ceiling")
  func doubles() {
    let waits = (1...9).map { RetryPolicy().delay(afterAttempt: $0, elapsed: 0, jitter: 0) }
    #expect(waits == [1, 2, 4, 8, 16, 32, 50, 50, 50])
    #expect(RetryPolicy().delay(afterAttempt: 1_000_000, elapsed: 0, jitter: 0) == 50)
  }

  @Test("Jitter takes away up to a half, and never the whole wait", arguments: 1...12)
  func jitter(attempt: Int) throws {
    let policy = RetryPolicy()
    let full = try #require(policy.delay(afterAttempt: attempt, elapsed: 0, jitter: 0))
    let least = try #require(policy.delay(afterAttempt: attempt, elapsed: 0, jitter: 1))
    #expect(least >= 1 && least * 2 >= full && least <= full)
    #expect(least == (full + 1) / 2)
    var last = full
    for step in 1...10 {
      let wait = try #require(policy.delay(afterAttempt: attempt, elapsed: 0, jitter: Double(step) / 10))
      #expect(wait <= last && wait >= least)
      last = wait
    }
  }

  @Test(
    "P9: It gives up at the limit, and never waits past it",
    arguments: [
      (0, 50), (99_950, 50), (99_970, 30), (99_999, 1), (100_000, nil), (200_000, nil),
    ] as [(Int64, Int64?)])
  func limit(elapsed: Int64, wait: Int64?) {
    #expect(RetryPolicy(limit: 100_000).delay(afterAttempt: 9, elapsed: elapsed, jitter: 0) == wait)
  }

  @Test("P9: The waits of a file that stays locked come to exactly the limit", arguments: [0.0, 0.5, 1.0])
  func sum(jitter: Double) {
    let policy = RetryPolicy(limit: 1000)
    var elapsed: Int64 = 0
    var attempt = 1
    while let wait = policy.delay(afterAttempt: attempt, elapsed: elapsed, jitter: jitter) {
      elapsed += wait
      attempt += 1
      guard attempt < 2000 else { break }
    }
    #expect(elapsed == 1000)
  }

  @Test("A limit of nothing is one attempt")
  func none() { #expect(RetryPolicy(limit: 0).delay(afterAttempt: 1, elapsed: 0, jitter: 0) == nil) }
}

@Suite("BatchPolicy")
struct BatchPolicyTests {
  @Test(
    "P3: A batch is full at 0.25 s, 16 MiB or 250 files, whichever comes first",
    arguments: [
      (0, 0, 0, false), (249, (16 << 20) - 1, 249, false), (250, 0, 0, true), (1, 16 << 20, 0, true),
      (1, 0, 250, true), (251, 17 << 20, 251, true),
    ] as [(Int, Int64, Int64, Bool)])
  func isFull(files: Int, bytes: Int64, milliseconds: Int64, isFull: Bool) {
    #expect(BatchPolicy().isFull(files: files, bytes: bytes, milliseconds: milliseconds) == isFull)
  }

  @Test(
    "P3: A file over 8 MiB joins no batch that has begun",
    arguments: [
      (0, 5, true), (8 << 20, 5, true), ((8 << 20) + 1, 5, false), ((8 << 20) + 1, 1, false),
      ((8 << 20) + 1, 0, true), (1 << 40, 0, true),
    ] as [(Int64, Int, Bool)])
  func admits(size: Int64, files: Int, admits: Bool) {
    #expect(BatchPolicy().admits(size: size, toBatchOf: files) == admits)
  }
}

@Suite("LeaseClock and WorkerIdentity")
struct LeaseTests {
  static let worker = WorkerIdentity(bootID: "boot", pidNamespace: 4, pid: 100, processStart: .max, slot: 2)

  @Test(
    "A worker is gone when it is dead, its lease has run out, or the machine was restarted",
    arguments: [
      ("boot", Int64(99), LeaseClock.Liveness.alive, false), ("boot", 99, .unknown, false), ("boot", 99, .dead, true),
      ("boot", 100, .alive, true), ("boot", 100, .unknown, true), ("boot", 100, .dead, true),
      ("other", 99, .alive, true), ("other", 99, .unknown, true), ("other", 0, .dead, true),
    ])
  func isInterrupted(boot: String, now: Int64, liveness: LeaseClock.Liveness, isGone: Bool) {
    #expect(
      LeaseClock().isInterrupted(owner: Self.worker, expires: 100, now: now, bootID: boot, liveness: liveness)
        == isGone)
  }

  @Test("A lease holds for 30 s and is renewed every 10")
  func durations() {
    #expect(LeaseClock().duration == 30_000 && LeaseClock().renewal == 10_000)
  }

  @Test("An identity is read back as it was written")
  func roundTrip() {
    #expect(WorkerIdentity(Self.worker.description) == Self.worker)
    let other = WorkerIdentity(
      bootID: "93c1c4f0-2c4b-4a5e-9d7e-0b6b0c0d0e0f", pidNamespace: .max, pid: .max, processStart: 0, slot: 0)
    #expect(WorkerIdentity(other.description) == other)
  }

  @Test(
    "What is no identity is not read as one",
    arguments: [
      "", "boot", "boot/4/100/1", "boot/4/100/1/2/3", "boot/x/100/1/2", "boot/4/-/1/2", "////", "b/4/9999999999/1/2",
    ])
  func malformed(_ text: String) { #expect(WorkerIdentity(text) == nil) }
}
