internal import CGMime
internal import Glibc

/// Electronic mail, read with GMime: one message (`.eml`), or a mailbox of them (`mbox`), each a section whose title is
/// its subject. Names of attachments are told, what is in them is not read.
package enum EmailExtractor: DocumentExtractor {
  package static let kind = "email"
  package static let version = 1

  /// Gives the paragraphs that a person sees of an HTML text in the charset that is named; nil: the text says it, or
  /// nobody does.
  package typealias HTMLReading = (_ bytes: UnsafeRawBufferPointer, _ charset: String?) throws -> [String]

  package static func extract(_ document: Document, to sink: UnitSink) throws {
    try extract(document, to: sink, html: HTMLExtractor.paragraphs)
  }

  package static func extract(_ document: Document, to sink: UnitSink, html: @escaping HTMLReading) throws {
    let isMailbox = try document.withBytes { bytes in
      guard MailSniffer.looksLikeMail(bytes, name: document.name) else { throw ExtractionFailure.notADocument }
      return bytes.starts(with: Array("From ".utf8))
    }
    _ = started
    guard let parser = parser(of: document, isMailbox: isMailbox) else { throw ExtractionFailure.memoryLimit }
    defer { g_object_unref(parser) }
    var sections = Sections(sink)
    var isFirst = true
    repeat {
      let position = g_mime_parser_tell(parser)
      guard let message = g_mime_parser_construct_message(parser, nil) else {
        if isFirst { throw ExtractionFailure.damaged("no message") }
        break
      }
      defer { g_object_unref(message) }
      var text = MessageText(sections, html: html)
      try text.add(message)
      sections = text.sections
      isFirst = false
      if g_mime_parser_tell(parser) <= position { break }
    } while isMailbox && g_mime_parser_eos(parser) == 0
    try sections.end()
  }

  private static let started: Void = g_mime_init()

  /// Parts keep to the document for their content, so that a large attachment is never in memory.
  private static func parser(of document: Document, isMailbox: Bool) -> UnsafeMutablePointer<GMimeParser>? {
    let descriptor = dup(document.descriptor)
    // The stream closes the descriptor.
    guard descriptor >= 0, let stream = g_mime_stream_fs_new_with_bounds(descriptor, 0, gint64(document.size)) else {
      return nil
    }
    defer { g_object_unref(stream) }
    guard let parser = g_mime_parser_new_with_stream(stream) else { return nil }
    g_mime_parser_set_persist_stream(parser, 1)
    if isMailbox { g_mime_parser_set_format(parser, GMIME_FORMAT_MBOX) }
    return parser
  }
}
