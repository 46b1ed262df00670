import Glibc

/// Names that say that a file is not content. Compared byte by byte, case-sensitively.
enum SpecialNames {
  /// Directories in which version control systems keep their own data.
  private static let versionControl: Set<[UInt8]> = Set(
    [".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", "CVS", ".fossil"].map { Array($0.utf8) })

  /// Files that hold a private key, a password or a token, and little else.
  private static let secretNames: Set<[UInt8]> = Set(
    [
      ".env", ".envrc", "id_rsa", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk",
      ".netrc",
      "_netrc", ".pgpass", ".my.cnf", ".htpasswd", "htpasswd", ".npmrc", ".pypirc", ".git-credentials",
      ".vault-token", ".dockercfg",
    ].map { Array($0.utf8) })

  /// Ends of names of key stores and private keys.
  private static let secretEndings = [
    ".pem", ".key", ".p12", ".pfx", ".ppk", ".keystore", ".jks", ".kdbx", ".kdb", ".keytab",
  ].map { Array($0.utf8) }

  /// `.env.production` is a secret, these are the templates that belong in a repository.
  private static let environmentTemplates = [".example", ".sample", ".template", ".dist"].map {
    Array($0.utf8)
  }

  /// - Parameter isDirectory: a file counts only when it is called `.git`, as in worktrees and submodules.
  static func isVersionControl(_ name: UnsafeBufferPointer<UInt8>, isDirectory: Bool) -> Bool {
    // A first look at one byte spares most names the hash.
    guard let first = name.first,
      first == UInt8(ascii: ".") || first == UInt8(ascii: "_") || first == UInt8(ascii: "C")
    else { return false }
    return isDirectory ? versionControl.contains(Array(name)) : name.elementsEqual(".git".utf8)
  }

  /// Whether a regular file of this name is never read.
  static func isSecret(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    let environment = ".env."
    if name.starts(with: environment.utf8) {
      return !environmentTemplates.contains { ends(name, with: $0) }
    }
    switch name.first {
    case UInt8(ascii: "."), UInt8(ascii: "i"), UInt8(ascii: "_"), UInt8(ascii: "h"):
      if secretNames.contains(Array(name)) { return true }
    default: break
    }
    return secretEndings.contains { ends(name, with: $0) }
  }

  private static func ends(_ name: UnsafeBufferPointer<UInt8>, with ending: [UInt8]) -> Bool {
    name.count > ending.count
      && memcmp(name.baseAddress! + (name.count - ending.count), ending, ending.count) == 0
  }
}
