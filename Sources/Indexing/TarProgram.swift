internal import CSupport
internal import Foundation
internal import IndexModel

/// `tar`, which is on every system: what it writes, people can look into. Runs without a shell.
struct TarProgram {
  private static let path = "/usr/bin/tar"

  /// Makes an archive of these files.
  func create(_ archive: String, of names: [String], in directory: String) throws {
    try run(["--create", "--format=posix", "--owner=0", "--group=0", "--mode=0600"], archive, names, directory)
  }

  /// Takes these members out of an archive, and no others; refuses one that is there twice.
  func extract(_ names: [String], of archive: String, into directory: String) throws {
    try run(
      ["--extract", "--no-same-owner", "--no-same-permissions", "--keep-old-files", "--no-recursion"], archive, names,
      directory)
  }

  private func run(_ options: [String], _ archive: String, _ names: [String], _ directory: String) throws {
    // `--force-local`: a colon in a name is no host.
    let arguments =
      ["tar"] + options + ["--force-local", "--file=\(archive)", "--directory=\(directory)", "--"] + names
    var argv: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    var envp: [UnsafeMutablePointer<CChar>?] = [strdup("LC_ALL=C.UTF-8"), strdup("PATH=/usr/bin:/bin"), nil]
    defer { for text in argv + envp { free(text) } }
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { throw IndexerError(.ioError, "cannot open /dev/null") }
    defer { close(null) }
    var child: pid_t = 0
    let failure = csupport_spawn_self(Self.path, &argv, &envp, [null, null, null], 3, &child)
    guard failure == 0 else {
      throw IndexerError(.ioError, "cannot run \(Self.path): \(String(cString: strerror(failure))); install tar")
    }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw IndexerError(.ioError, "tar ended, and nobody knows how; try again") }
    }
    guard status == 0 else {
      throw options[0] == "--create"
        ? IndexerError(.ioError, "\(archive) could not be written; is there room, and may you write there?")
        : IndexerError(
          .damaged, "\(archive) is no export of indexer, is not whole, or there is no room for what it holds")
    }
  }
}
