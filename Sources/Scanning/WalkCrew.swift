import Foundation
import Glibc
import IndexModel
import Synchronization

/// A few threads that visit the directories of one walk. The caller's thread is one of them.
///
/// `@unchecked Sendable`: everything that changes is guarded by `condition`, but for `stopped`, which is atomic.
final class WalkCrew: @unchecked Sendable {
  private let plan: WalkPlan
  private let condition = NSCondition()
  /// Directories still to be visited; the last one first, which keeps it short.
  private var waiting: [DirectoryNode]
  /// Directories being visited: while there are any, more may come.
  private var visiting = 0
  private var helpers: Int
  private var findings = WalkFindings()
  private let stopped = Atomic<Bool>(false)

  /// Seconds between two looks at the caller's `isStopped` while there is nothing to visit.
  private static let stopInterval = 0.05

  /// - Parameter threads: including the caller's.
  init(_ plan: WalkPlan, root: DirectoryNode, threads: Int) {
    self.plan = plan
    waiting = [root]
    helpers = max(threads - 1, 0)
  }

  /// Visits everything and returns when no thread is at work any more.
  func run(isStopped: () -> Bool) -> WalkFindings {
    for _ in 0..<helpers {
      Thread.detachNewThread { [self] in
        let findings = visitAll(isStopped: { false })
        condition.lock()
        self.findings.merge(findings)
        helpers -= 1
        condition.broadcast()
        condition.unlock()
      }
    }
    let own = visitAll(isStopped: isStopped)
    condition.lock()
    while helpers > 0 { condition.wait() }
    findings.merge(own)
    if stopped.load(ordering: .relaxed) { findings.isComplete = false }
    let result = findings
    condition.unlock()
    return result
  }

  private func visitAll(isStopped: () -> Bool) -> WalkFindings {
    var visit = DirectoryVisit(plan)
    while let node = next(isStopped: isStopped) {
      visit.visit(node) { self.mustStop(isStopped) }
      finish(node)
    }
    return visit.findings
  }

  private func mustStop(_ isStopped: () -> Bool) -> Bool {
    if stopped.load(ordering: .relaxed) { return true }
    guard isStopped() else { return false }
    stopped.store(true, ordering: .relaxed)
    return true
  }

  private func next(isStopped: () -> Bool) -> DirectoryNode? {
    condition.lock()
    defer { condition.unlock() }
    while !mustStop(isStopped) {
      if let node = waiting.popLast() {
        visiting += 1
        return node
      }
      if visiting == 0 { break }
      _ = condition.wait(until: Date(timeIntervalSinceNow: Self.stopInterval))
    }
    condition.broadcast()
    return nil
  }

  private func finish(_ node: DirectoryNode) {
    condition.lock()
    waiting += node.children.reversed()
    visiting -= 1
    if visiting == 0 || !node.children.isEmpty { condition.broadcast() }
    condition.unlock()
  }
}
