import Testing

@testable import Extraction

@Suite("HTMLExtractor")
struct HTMLExtractorTests {
  private func outline(_ html: String) throws -> [String] {
    try ExtractionTests.outline(of: HTMLExtractor.self, Array(html.utf8))
  }

  @Test("the title and the headings are sections; a title that the first heading repeats is told once")
  func sections() throws {
    let body = "<h1>Big <i>one</i></h1><p>a</p><h3><div>Sub</div></h3>b"
    #expect(try outline("<title>T</title>\(body)") == ["T: ", "Big one: a\n", "Sub: b\n"])
    #expect(try outline("<title> Big\none </title>\(body)") == ["Big one: a\n", "Sub: b\n"])
    #expect(try outline("<title>T</title><p>first</p>\(body)") == ["T: first\n", "Big one: a\n", "Sub: b\n"])
    #expect(try outline("<title>T</title>") == ["T: "])
    #expect(try outline("<p>a<svg><title>no</title><text>drawn</text></svg>") == ["-: adrawn\n"])
    #expect(try outline("<h1></h1><h2>x</h2><h1>y</h1>") == ["x: ", "y: "])
  }

  @Test(
    "what is not seen is left out",
    arguments: [
      "<script>if (a < b) no('</p>')</script>", "<style>no</style>", "<template><p>no</p></template>",
      "<p hidden>no</p>", "<div hidden=''><div>no</div>no</div>",
      "<div style='color: red; DISPLAY : none'>no<p>no</p></div>", "<span style='visibility:hidden'>no</span>",
      "<iframe src=x>no</iframe>", "<video>no</video>", "<!-- no -->", "<dialog>no</dialog>",
      "<script>no<!-- </script>", "<object><param name=no>no</object>", "<?php no ?>",
    ])
  func unseen(html: String) throws {
    #expect(try outline("<p>before</p>\(html)<p>after</p>") == ["-: before\nafter\n"])
  }

  @Test(
    "text stands as one sees it",
    arguments: [
      ("<p>a\n  b<b>c</b> <i>d</i></p>", "a bc d"), ("a<br>b<br/>c", "a\nb\nc"),
      ("<p>a<p>b<div>c</div>d", "a\nb\nc\nd"),
      ("<ul><li>a<li>b<ul><li>c</ul></ul>", "a\nb\nc"), ("<dl><dt>a<dd>b</dl>", "a\nb"),
      ("<pre>\na\n    b\n\nc</pre>d", "a\n    b\n\nc\nd"), ("x<textarea>a\n b</textarea>", "x\na\n b"),
      ("a&nbsp;b &lt;c&gt; &eacute;&#233;&#x6771; &amp;amp; &copy; &nosuch;", "a\u{A0}b <c> éé東 &amp; © &nosuch;"),
      ("<p>see <img src=x alt='a cat'>there <img alt=''></p>", "see a cat there"),
      ("<article>a<section>b</section></article><main>c</main>", "a\nb\nc"), ("a<hr>b", "a\nb"),
      ("<button>Go</button> <input value=no><select><option>x<option>y</select>", "Go\nx\ny"),
      ("a < b, 1 <2 & c", "a < b, 1 <2 & c"), ("<a href=x>link</a>, <custom-tag>own</custom-tag>", "link, own"),
      ("<dialog open>told</dialog>", "told"), ("plain text", "plain text"),
      ("1&#150;2&#x80; &#xA7;", "1–2€ §"), ("<p>x</p></body></html>y", "x\ny"), ("</p></div>x</body></html>y", "x\ny"),
    ])
  func text(html: String, expected: String) throws {
    #expect(try outline(html) == ["-: \(expected)\n"])
  }

  @Test("rows of a table are lines; tables for the layout are taken apart")
  func tables() throws {
    let data = "<table><caption>Cap</caption><thead><tr><th>a<th>b</thead><tr><td>c<td><p>d</p><p>e</p></table>"
    #expect(try outline(data) == ["-: Cap\na | b\nc | d e\n"])
    let layout = "<table><tr><td>menu<td><h1>Head</h1><p>x</p><p>y</p></table>z"
    #expect(try outline(layout) == ["-: menu\n", "Head: x\ny\nz\n"])
    #expect(try outline("<table><tr><td>a<td>\(data)</table>") == ["-: a\nCap\na | b\nc | d e\n"])
    let long = String(repeating: "word ", count: 1000)
    #expect(try outline("<table><tr><td>a<td>\(long)<td>b</table>") == ["-: a\n\(long.dropLast())\nb\n"])
  }

  @Test("a page that pandoc wrote gives what one sees")
  func pandoc() throws {
    #expect(
      try ExtractionTests.outline(of: HTMLExtractor.self, try fixture("pandoc/p.html")) == [
        "Der Jahresbericht: Ann Author\n",
        "Überblick: Das ist ein langer Absatz mit einem Link und einer Fußnote.1 Formel a2\u{2005}+\u{2005}b2.\n",
        "Tabelle und Liste: Region | Umsatz\nNord | 1200\nSüd | 800\nerster Punkt\nzweiter Punkt\ninnen\nZitat\n",
        "Code: int main() {\n    return 0;\n}\nEnde “quoted” — dash & 東京.\nSprechernotiz hier.\n"
          + "Die Fußnote steht am Ende.↩︎\n",
      ])
  }

  @Test("deep and unclosed elements are read in time that grows with the page")
  func deep() throws {
    let divs = String(repeating: "<div>", count: 50_000) + "x"
    #expect(try outline(divs) == ["-: x\n"])
    let rows = String(repeating: "<table><tr><td>", count: 20_000) + "x"
    #expect(try outline(rows) == ["-: x\n"])
    #expect(try extractionFailure { _ = try outline(divs + divs + divs) }?.isDamage == true)
  }

  @Test(
    "HTML is told by what it begins with",
    arguments: [
      ("<!DOCTYPE html><p>", true), ("\u{FEFF} \n<!-- a --><html lang=x>", true), ("<HTML>", true),
      ("<?xml version='1.0'?><!doctype HTML PUBLIC>", true), ("<head><title>", true), ("<?xml?><svg>", false),
      ("<!DOCTYPE svg><svg>", false), ("<p>markdown", false), ("text <html>", false), ("", false), ("<", false),
      ("<!-- open", false), ("<htmlx>", false),
    ])
  func recognises(text: String, isHTML: Bool) {
    #expect(Array(text.utf8).withUnsafeBytes(HTMLExtractor.recognises) == isHTML)
    let wide: [UInt8] =
      [0xFF, 0xFE] + text.utf16.filter { $0 != 0xFEFF }.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(wide.withUnsafeBytes(HTMLExtractor.recognises) == isHTML)
  }
}
