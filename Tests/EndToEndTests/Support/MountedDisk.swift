import Foundation
import TestSupport
import Testing

/// A small disk of its own in memory, whose size and mode a test can change. Only root can mount.
final class MountedDisk: Sendable {
  private let scratch: Scratch
  var path: String { scratch.path("disk") }

  /// Whether this process may mount: root, and not in a container that keeps it from that.
  static let isPossible: Bool = {
    guard getuid() == 0, let scratch = try? Scratch("mount"), (try? mount(scratch.path, "size=1m", scratch)) == true
    else { return false }
    unmount(scratch.path, scratch)
    return true
  }()

  init(options: String) throws {
    scratch = try Scratch("disk")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try #require(try Self.mount(path, options + ",mode=0700", scratch))
  }

  deinit { Self.unmount(path, scratch) }

  func remount(_ options: String) throws {
    try #require(try Self.run(["/usr/bin/mount", "-o", "remount," + options, path], scratch))
  }

  private static func mount(_ path: String, _ options: String, _ scratch: Scratch) throws -> Bool {
    try run(["/usr/bin/mount", "-t", "tmpfs", "-o", options, "tmpfs", path], scratch)
  }

  private static func unmount(_ path: String, _ scratch: Scratch) {
    _ = try? run(["/usr/bin/umount", "--lazy", path], scratch)
  }

  private static func run(_ command: [String], _ scratch: Scratch) throws -> Bool {
    try ChildProcess(
      command, environment: ["PATH": "/usr/bin:/bin"], directory: "/", scratch: scratch.path
    ).succeeds()
  }
}
