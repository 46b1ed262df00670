internal import CXML

/// Is told what an HTML page consists of. What a method throws ends the parsing.
protocol HTMLReceiver: AnyObject {
  /// - Parameters:
  ///   - name: in lower case.
  ///   - attributes: valid during the call only.
  func start(_ name: String, _ attributes: HTMLAttributes) throws
  func text(_ text: String) throws
  func end(_ name: String) throws
}

/// The attributes of a start tag: libxml2's names and values in turn.
struct HTMLAttributes {
  let fields: UnsafeMutablePointer<UnsafePointer<UInt8>?>?

  /// The value of an attribute; empty when it has none.
  subscript(_ name: String) -> String? {
    guard let fields else { return nil }
    var at = 0
    while let field = fields[at] {
      if String(cString: field) == name { return fields[at + 1].map { String(cString: $0) } ?? "" }
      at += 2
    }
    return nil
  }
}

/// Parses a page and tells a receiver what it consists of. Any bytes are HTML, and nothing is loaded from elsewhere.
///
/// libxml2's push parser is not used: it stops at what follows `</html>`, and real pages have text there.
final class HTMLEvents {
  private let receiver: any HTMLReceiver
  private let names = XMLNames()
  private let context: htmlParserCtxtPtr
  private var failure: (any Error)?

  /// - Throws: ``ExtractionFailure/memoryLimit``.
  init(_ receiver: any HTMLReceiver) throws {
    XMLLibrary.start()
    guard let context = htmlNewParserCtxt(), let sax = context.pointee.sax else {
      throw ExtractionFailure.memoryLimit
    }
    self.receiver = receiver
    self.context = context
    sax.pointee = Self.handler
    context.pointee.userData = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit { htmlFreeParserCtxt(context) }

  /// Parses the whole page. To be called once.
  ///
  /// - Parameter text: in UTF-8.
  /// - Throws: what the receiver throws; ``ExtractionFailure/tooMuchText`` for 2 GiB and above;
  ///   ``ExtractionFailure/memoryLimit``.
  func parse(_ text: UnsafeRawBufferPointer) throws {
    guard let size = Int32(exactly: text.count) else { throw ExtractionFailure.tooMuchText }
    guard size > 0, let start = text.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
    let options = [HTML_PARSE_NONET, HTML_PARSE_IGNORE_ENC, HTML_PARSE_NOERROR, HTML_PARSE_NOWARNING]
    xmlFreeDoc(
      htmlCtxtReadMemory(context, start, size, nil, "UTF-8", Int32(options.reduce(0) { $0 | $1.rawValue })))
    if let failure { throw failure }
    if let error = xmlCtxtGetLastError(context), error.pointee.code == Int32(XML_ERR_NO_MEMORY.rawValue) {
      throw ExtractionFailure.memoryLimit
    }
  }

  private func attempt(_ body: () throws -> Void) {
    guard failure == nil else { return }
    do {
      try body()
    } catch {
      failure = error
      xmlStopParser(context)
    }
  }

  private static func events(_ context: UnsafeMutableRawPointer?) -> HTMLEvents? {
    context.map { Unmanaged<HTMLEvents>.fromOpaque($0).takeUnretainedValue() }
  }

  private static var handler: htmlSAXHandler {
    var handler = htmlSAXHandler()
    handler.startElement = { context, name, fields in
      guard let me = HTMLEvents.events(context), let name else { return }
      me.attempt {
        try me.receiver.start(me.names.name(name, prefix: nil, uri: nil).local, HTMLAttributes(fields: fields))
      }
    }
    handler.endElement = { context, name in
      guard let me = HTMLEvents.events(context), let name else { return }
      me.attempt { try me.receiver.end(me.names.name(name, prefix: nil, uri: nil).local) }
    }
    let text: charactersSAXFunc = { context, bytes, count in
      guard let me = HTMLEvents.events(context), let bytes, count > 0 else { return }
      me.attempt {
        let text = String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self)
        try me.receiver.text(Windows1252.replacingControls(in: text))
      }
    }
    handler.characters = text
    handler.ignorableWhitespace = text
    handler.cdataBlock = text
    return handler
  }
}
