import IndexModel
import Testing

@testable import Scanning

@Suite struct SpecialNamesTests {
  @Test(
    "secrets are told by their names",
    arguments: [
      ".env", ".env.production", ".env.local", "id_rsa", "id_ed25519", "server.pem", "tls.key", "a.p12",
      "a.pfx",
      "debug.keystore", "a.jks", "passwords.kdbx", ".netrc", ".pgpass", ".npmrc", ".htpasswd", "htpasswd",
    ])
  func secrets(name: String) throws {
    let scratch = try Scratch()
    try scratch.write(name)
    #expect(try scratch.run().lines == ["\(name): secret"])
  }

  @Test(
    "templates, public keys and mere look-alikes are no secrets",
    arguments: [
      ".env.example", ".env.sample", ".env.template", ".env.production.example", ".environment", "id_rsa.pub",
      "env", "monkey", "key", "pem", ".key", "x.keys", "server.pem.txt", "ID_RSA",
    ])
  func others(name: String) throws {
    let scratch = try Scratch()
    try scratch.write(name)
    #expect(try scratch.run().lines == [name])
  }
}
