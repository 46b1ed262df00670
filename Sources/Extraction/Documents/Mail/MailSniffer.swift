/// Tells electronic mail (RFC 5322) from other text.
package enum MailSniffer {
  /// Header lines are looked for in so many bytes.
  private static let reach = 64 << 10
  /// Any one of these, with another name known, is mail, whatever the file is called.
  private static let telling: Set = [
    "return-path", "received", "message-id", "mime-version", "delivered-to", "x-mailer",
  ]
  private static let known = telling.union([
    "from", "to", "cc", "bcc", "date", "subject", "sender", "reply-to", "in-reply-to", "references", "content-type",
    "content-transfer-encoding", "list-id", "x-mozilla-status", "x-gmail-labels", "x-original-to",
  ])
  private static let extensions: Set = ["eml", "mbox", "mbx", "mht", "mhtml"]
  /// What `git format-patch` writes instead of a date. Such a file is a patch, and is read as text.
  private static let patchDate = Array(" Mon Sep 17 00:00:00 2001".utf8)

  /// Whether a file begins as a message, or as a mailbox, does.
  ///
  /// Nothing but header lines may stand before the first blank line. Two of them must have a name that is known, and
  /// one a name that only mail has; a name that ends in `.eml` or `.mbox`, or a postmark with a date, stands for one.
  ///
  /// - Parameter bytes: the file's first 64 KiB or more, or all of it.
  package static func looksLikeMail(_ bytes: UnsafeRawBufferPointer, name: String) -> Bool {
    var head = Slice(base: bytes, bounds: bytes.startIndex..<min(bytes.count, reach))
    if head.starts(with: [0xEF, 0xBB, 0xBF]) { head = head.dropFirst(3) }
    let isNamed = extensions.contains(name.split(separator: ".").last?.lowercased() ?? "")
    var names: Set<String> = []
    var score = isNamed ? 1 : 0
    if isPostmark(head) {
      let line = head.prefix { $0 != UInt8(ascii: "\n") }
      if !isNamed, line.reversed().drop(while: { $0 == 13 }).starts(with: patchDate.reversed()) { return false }
      score += 1
      head = head.dropFirst(line.count + 1)
    }
    while !head.isEmpty {
      let line = head.prefix { $0 != UInt8(ascii: "\n") }
      let isWhole = line.endIndex < head.endIndex
      head = head.dropFirst(line.count + 1)
      guard let first = line.first, line.count > 1 || first != 13 else { break }
      if first == 32 || first == 9 {
        // A continuation; nothing to continue is no header.
        guard !names.isEmpty else { return false }
        continue
      }
      guard let name = headerName(line) else {
        // The last line that is looked at may be cut short; old programs escape a postmark inside of the headers; and
        // some forget the blank line.
        if !isWhole || line.starts(with: Array(">From ".utf8)) || isNamed && names.count > 1 { break }
        return false
      }
      names.insert(name)
    }
    let hits = names.intersection(known).count
    score += names.isDisjoint(with: telling) ? 0 : 1
    return score > 0 && hits >= (isNamed ? 1 : 2)
  }

  /// Whether this begins with the line that separates the messages of a mailbox: `From `, a sender, and a date with a
  /// time of day (RFC 4155).
  static func isPostmark(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
    guard bytes.starts(with: Array("From ".utf8)) else { return false }
    let line = String(decoding: bytes.prefix(512).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    let words = line.split(separator: " ").dropFirst()
    let days: Set = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    return words.contains { days.contains($0.prefix(3).description) } && words.contains { isTime($0) }
  }

  private static func isTime(_ word: Substring) -> Bool {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    return (2...3).contains(parts.count) && parts.allSatisfy { (1...2).contains($0.count) && Int($0) != nil }
  }

  /// The name of a header line, in lower case.
  private static func headerName(_ line: Slice<UnsafeRawBufferPointer>) -> String? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let name = line[..<colon].reversed().drop { $0 == 32 || $0 == 9 }
    guard !name.isEmpty, name.count <= 76, name.allSatisfy({ (33...126).contains($0) }) else { return nil }
    return String(decoding: name.reversed(), as: UTF8.self).lowercased()
  }
}
