internal import CGMime

/// Puts one message into sections: its headers, its text parts, the names of its attachments.
struct MessageText {
  /// Parts within parts, and messages within messages: deeper ones are left out.
  private static let maximumDepth = 32
  /// Bytes of an HTML part; what is beyond is left out, since HTML is read as a whole.
  private static let maximumHTML = 16 << 20
  /// Names of attachments of a message.
  private static let maximumAttachments = 1_000

  private(set) var sections: Sections
  private let html: EmailExtractor.HTMLReading
  private var attachments: [String] = []

  init(_ sections: Sections, html: @escaping EmailExtractor.HTMLReading) {
    self.sections = sections
    self.html = html
  }

  /// Adds a message as a section of its own.
  mutating func add(_ message: UnsafeMutablePointer<GMimeMessage>) throws {
    try sections.begin(title: g_mime_message_get_subject(message).map { String(cString: $0) })
    try addHeaders(of: message)
    _ = try add(g_mime_message_get_mime_part(message), depth: 0, isTextWanted: true)
    for name in attachments { try sections.add(paragraph: "Attachment: \(name)"[...]) }
  }

  private mutating func addHeaders(of message: UnsafeMutablePointer<GMimeMessage>) throws {
    let addresses = [
      ("From", g_mime_message_get_from(message)), ("To", g_mime_message_get_to(message)),
      ("Cc", g_mime_message_get_cc(message)),
    ]
    for (name, list) in addresses {
      guard let list, let value = internet_address_list_to_string(list, nil, 0) else { continue }
      defer { g_free(value) }
      if value.pointee != 0 { try sections.add(paragraph: "\(name): \(String(cString: value))"[...]) }
    }
    let object = UnsafeMutableRawPointer(message).assumingMemoryBound(to: GMimeObject.self)
    if let date = g_mime_object_get_header(object, "Date") {
      try sections.add(paragraph: "Date: \(String(cString: date))"[...])
    }
  }

  /// - Returns: whether it gave any text.
  private mutating func add(
    _ object: UnsafeMutablePointer<GMimeObject>?, depth: Int, isTextWanted: Bool
  ) throws -> Bool {
    guard let object, depth < Self.maximumDepth else { return false }
    if let multipart = cgmime_multipart(object) {
      return try add(multipart, depth: depth, isTextWanted: isTextWanted)
    }
    if let part = cgmime_message_part(object) {
      guard isTextWanted, let inner = g_mime_message_part_get_message(part) else { return false }
      if let subject = g_mime_message_get_subject(inner) {
        try sections.add(paragraph: "Subject: \(String(cString: subject))"[...])
      }
      try addHeaders(of: inner)
      _ = try add(g_mime_message_get_mime_part(inner), depth: depth + 1, isTextWanted: true)
      return true
    }
    guard let part = cgmime_part(object) else { return false }
    return try add(MessagePart(part), isTextWanted: isTextWanted)
  }

  private mutating func add(
    _ multipart: UnsafeMutablePointer<GMimeMultipart>, depth: Int, isTextWanted: Bool
  ) throws -> Bool {
    let object = UnsafeMutableRawPointer(multipart).assumingMemoryBound(to: GMimeObject.self)
    let isChoice = MessagePart.isType(object, "multipart", "alternative")
    var parts = (0..<max(0, g_mime_multipart_get_count(multipart))).compactMap {
      g_mime_multipart_get_part(multipart, $0)
    }
    if isChoice, let plain = parts.firstIndex(where: { MessagePart.isType($0, "text", "plain") }) {
      parts.insert(parts.remove(at: plain), at: 0)
    }
    var gaveText = false
    for part in parts {
      // The other versions of a text are looked at for attachments only.
      let isWanted = isTextWanted && !(isChoice && gaveText)
      if try add(part, depth: depth + 1, isTextWanted: isWanted) { gaveText = true }
    }
    return gaveText
  }

  private mutating func add(_ part: MessagePart, isTextWanted: Bool) throws -> Bool {
    guard part.isText else {
      if let name = part.fileName, attachments.count < Self.maximumAttachments { attachments.append(name) }
      return false
    }
    guard isTextWanted else { return false }
    var gaveText = false
    if part.isHTML {
      var bytes: [UInt8] = []
      try part.read(decodingCharset: false) { piece in
        bytes += piece.prefix(Self.maximumHTML - bytes.count)
        return bytes.count < Self.maximumHTML
      }
      let paragraphs: [String]
      do {
        paragraphs = try bytes.withUnsafeBytes { try html($0, part.charset) }
      } catch ExtractionFailure.damaged {
        // A page that cannot be read takes neither the subject nor the other parts with it.
        return false
      }
      for paragraph in paragraphs {
        try sections.add(paragraph: paragraph[...])
        gaveText = true
      }
      return gaveText
    }
    var lines = MailLines()
    try part.read(decodingCharset: true) { piece in
      try lines.add(piece) { try gaveText = add(line: $0) || gaveText }
      return true
    }
    try lines.end { try gaveText = add(line: $0) || gaveText }
    return gaveText
  }

  private mutating func add(line: String) throws -> Bool {
    guard !line.allSatisfy(\.isWhitespace) else { return false }
    try sections.add(paragraph: line[...])
    return true
  }
}
