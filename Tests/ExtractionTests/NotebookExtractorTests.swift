internal import TestSupport
import Testing

@testable import Extraction

@Suite("NotebookExtractor")
struct NotebookExtractorTests {
  private func read(_ json: String) throws -> Collected {
    try Collected(json.utf8, name: "a.ipynb") { try NotebookExtractor.extract($0, to: $1) }
  }

  private static let whole = #"""
    {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"name": "python3"}}, "cells": [
      {"cell_type": "markdown", "source": "intro"},
      {"cell_type": "markdown", "source": ["# Load *it*\n", "Some text.\n", "\n", "## Sub\n", "more"]},
      {"cell_type": "code", "source": ["def f():\n", "    return 1"], "outputs": [
        {"output_type": "stream", "name": "stdout", "text": ["out 1\n", "\u001b[31mred\u001b[0m\n"]},
        {"output_type": "display_data", "data": {"image/png": "iVBORw0KGgo=", "text/plain": ["<Figure>"]}},
        {"output_type": "execute_result", "data": {"text/html": "<b>x</b>", "text/plain": "42"}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\u001b[0;31mE\u001b[0m: v"]}]},
      {"cell_type": "raw", "source": "raw"}]}
    """#

  @Test("cells are told in their order, under their headings, with what they printed")
  func cells() throws {
    let result = try read(Self.whole)
    #expect(result.failure == nil)
    #expect(result.titles == [nil, "Load it", "Sub"])
    #expect(
      result.units.map(\.text) == [
        "intro\n", "# Load *it*\nSome text.\n",
        "## Sub\nmore\ndef f():\n    return 1\nout 1\nred\n<Figure>\n42\nE: v\nraw\n",
      ])
  }

  @Test("sheets of format 3 are read")
  func older() throws {
    let result = try read(
      #"""
      {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [
        {"cell_type": "heading", "level": 1, "source": "Top"},
        {"cell_type": "code", "input": "1 + 1", "outputs": [{"output_type": "pyout", "text": ["2"]},
          {"output_type": "pyerr", "ename": "Oops", "evalue": "bad", "traceback": []}]}]}]}
      """#)
    #expect(result.titles == ["Top"])
    #expect(result.text == "1 + 1\n2\nOops: bad\n")
  }

  @Test("long outputs are cut")
  func longOutput() throws {
    let long = String(repeating: "ü", count: 10_000)
    let result = try read(
      #"{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "outputs": [{"output_type": "stream", "text": "\#(long)"}]}]}"#
    )
    #expect(result.text == String(repeating: "ü", count: 2_048) + "\n")
  }

  @Test("what breaks off, at any byte, is damaged")
  func truncated() throws {
    let bytes = Array(Self.whole.utf8)
    for count in bytes.indices {
      let result = try Collected(bytes.prefix(count)) { try NotebookExtractor.extract($0, to: $1) }
      #expect(result.failure == .damaged("no JSON"))
    }
  }

  @Test(
    "other JSON is no notebook, and odd values cost only themselves",
    arguments: [
      ("[]", ExtractionFailure.notADocument, ""), ("{}", .notADocument, ""), ("3", .damaged("no JSON"), ""),
      (#"{"nbformat": "4", "cells": []}"#, .notADocument, ""), (#"{"nbformat": 4}"#, .notADocument, ""),
      (
        #"{"nbformat": 4, "cells": [1, null, {"source": 7}, {"cell_type": "code", "source": "x", "outputs": [3]}]}"#,
        nil, "x\n"
      ),
    ])
  func odd(json: String, failure: ExtractionFailure?, text: String) throws {
    let result = try read(json)
    #expect(result.failure == failure)
    #expect(result.text == text)
  }

  @Test(
    "half a character costs only itself",
    arguments: [
      (#"a \ud83d b"#, "a \u{FFFD} b"), (#"\ude00"#, "\u{FFFD}"), (#"\ud83d\ud83d\ude00"#, "\u{FFFD}😀"),
      (#"\\ud83d \ud83d"#, #"\ud83d \#u{FFFD}"#), (#"x\ud83d"#, "x\u{FFFD}"),
    ])
  func loneSurrogates(escaped: String, text: String) throws {
    let result = try read(#"{"nbformat": 4, "cells": [{"cell_type": "raw", "source": "\#(escaped)"}]}"#)
    #expect(result.failure == nil)
    #expect(result.text == text + "\n")
  }

  @Test("arrays nested without end are damaged")
  func nesting() throws {
    #expect(try read(String(repeating: "[", count: 1_000_000)).failure == .damaged("no JSON"))
  }
}
