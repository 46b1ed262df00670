import Testing

@testable import Extraction

@Suite("FileKind")
struct FileKindTests {
  @Test(
    "names and extensions have stable kinds",
    arguments: [
      ("main.c", "c"), ("sched.h", "c"), ("Package.swift", "swift"), ("README.md", "markdown"),
      ("README", "text"),
      ("Makefile", "make"), ("Makefile.am", "make"), ("Kconfig", "kconfig"), ("Kconfig.debug", "kconfig"),
      ("a.PY", "python"), ("archive.tar.PY", "python"), ("x.dtsi", "devicetree"), ("entry.S", "asm"),
      ("Dockerfile", "dockerfile"),
      ("Dockerfile.test", "dockerfile"), ("CMakeLists.txt", "cmake"), ("notes.txt", "text"),
      (".bashrc", "shell"),
      ("x.unknown", "text"), ("", "text"), (".", "text"), ("..", "text"), ("trailing.", "text"), (".c", "c"),
    ])
  func kinds(name: String, kind: String) {
    #expect(FileKind.word(forName: Array(name.utf8)) == kind)
  }

  @Test("a name that is not UTF-8 has a kind")
  func invalidName() {
    #expect(FileKind.word(forName: [0xFF] + Array(".rs".utf8)) == "rust")
  }
}
