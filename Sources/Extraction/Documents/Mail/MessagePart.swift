internal import CGMime

/// A part of a message that holds content: a text, a picture, a file. Valid as long as its message.
struct MessagePart {
  private static let pieceSize = 64 << 10

  private let part: UnsafeMutablePointer<GMimePart>
  private var object: UnsafeMutablePointer<GMimeObject> {
    UnsafeMutableRawPointer(part).assumingMemoryBound(to: GMimeObject.self)
  }

  init(_ part: UnsafeMutablePointer<GMimePart>) { self.part = part }

  /// Whether this is `type/subtype`, in any case; `*` stands for any.
  static func isType(_ object: UnsafeMutablePointer<GMimeObject>, _ type: String, _ subtype: String) -> Bool {
    guard let contentType = g_mime_object_get_content_type(object) else { return false }
    return g_mime_content_type_is_type(contentType, type, subtype) != 0
  }

  var fileName: String? { g_mime_part_get_filename(part).map { String(cString: $0) } }

  var isHTML: Bool { Self.isType(object, "text", "html") }

  /// Whether it is to be read with the message. `message/*` are reports of delivery.
  var isText: Bool {
    let isReadable = Self.isType(object, "text", "*") || Self.isType(object, "message", "*") || isPlainlyText
    return isReadable && !Self.isType(object, "text", "rtf") && g_mime_part_is_attachment(part) == 0
  }

  /// Whether its type is `text`, without a subtype, as programs from before MIME write it.
  private var isPlainlyText: Bool {
    guard let header = g_mime_object_get_header(object, "Content-Type") else { return false }
    let type = String(cString: header).prefix { $0 != ";" }
    return type.split(whereSeparator: \.isWhitespace).joined().lowercased() == "text"
  }

  /// As the part names it; nil when it does not.
  var charset: String? { g_mime_object_get_content_type_parameter(object, "charset").map { String(cString: $0) } }

  /// What to convert from. UTF-8 and ASCII are read as they are, since they are often claimed wrongly; who says
  /// ISO 8859-1 may use all of Windows-1252 (WHATWG Encoding, 4.2).
  private var conversion: String? {
    switch charset?.lowercased() {
    case nil, "utf-8", "utf8", "us-ascii", "ascii", "": nil
    case "iso-8859-1", "latin1", "iso8859-1": "windows-1252"
    case let other?: other
    }
  }

  /// Hands on the content, decoded, piece by piece, until `body` returns false.
  func read(decodingCharset: Bool, _ body: (UnsafeRawBufferPointer) throws -> Bool) throws {
    guard let content = g_mime_part_get_content(part), let source = g_mime_data_wrapper_get_stream(content) else {
      return
    }
    g_mime_stream_reset(source)
    let encoding = g_mime_data_wrapper_get_encoding(content)
    guard let stream = cgmime_decoded(source, encoding, decodingCharset ? conversion : nil) else { return }
    defer { g_object_unref(stream) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceSize, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = g_mime_stream_read(stream, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
      guard count > 0, try body(UnsafeRawBufferPointer(rebasing: buffer[..<count])) else { return }
    }
  }
}
