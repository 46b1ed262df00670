import Glibc
import IndexModel

/// A directory of a walk: first what is needed to visit it, then what was found in it.
///
/// `@unchecked Sendable`: handed from thread to thread under the lock of `WalkCrew.condition`, and touched only
/// by the thread that took it, until all threads are done.
final class DirectoryNode: @unchecked Sendable {
  /// Relative to the source; empty for the source itself.
  let path: [UInt8]
  /// The rules of the directory above.
  let parentScope: RuleScope
  let isIncluded: Bool
  /// In byte order.
  var entries: [WalkEntry] = []
  /// In byte order of their paths with a slash behind.
  var children: [DirectoryNode] = []

  init(path: [UInt8], parentScope: RuleScope, isIncluded: Bool) {
    self.path = path
    self.parentScope = parentScope
    self.isIncluded = isIncluded
  }

  /// All entries of this directory and of those below, in byte order; taken out of the nodes on the way.
  func takeEntries() -> [WalkEntry] {
    var result: [WalkEntry] = []
    // An explicit stack: a tree may be deeper than a thread's stack.
    var stack = [Position(self)]
    while var top = stack.popLast() {
      if let child = top.nextChild {
        while let entry = top.nextEntry, entry.precedes(child) {
          result.append(entry)
          top.entry += 1
        }
        top.child += 1
        stack.append(top)
        stack.append(Position(child))
      } else {
        result += top.node.entries[top.entry...]
        top.node.entries = []
        top.node.children = []
      }
    }
    return result
  }

  private struct Position {
    let node: DirectoryNode
    var entry = 0
    var child = 0

    init(_ node: DirectoryNode) { self.node = node }

    var nextEntry: WalkEntry? { entry < node.entries.count ? node.entries[entry] : nil }
    var nextChild: DirectoryNode? { child < node.children.count ? node.children[child] : nil }
  }
}

extension WalkEntry {
  /// Whether this entry comes before all that lies in `directory`.
  fileprivate func precedes(_ directory: DirectoryNode) -> Bool {
    path.bytes.withUnsafeBufferPointer { mine in
      directory.path.withUnsafeBufferPointer { other in
        let shared = min(mine.count, other.count)
        let order = memcmp(mine.baseAddress!, other.baseAddress!, shared)
        if order != 0 { return order < 0 }
        // The directory's path goes on with a slash.
        return mine.count <= other.count || mine[shared] < UInt8(ascii: "/")
      }
    }
  }
}
