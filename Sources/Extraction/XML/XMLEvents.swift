internal import CXML

/// Is told what an XML document consists of, in its order. What a method throws ends the parsing.
package protocol XMLReceiver: AnyObject {
  /// - Parameter tag: valid during the call only.
  func start(_ tag: XMLTag) throws
  /// A stretch of text, blanks and CDATA included. One text may come in several calls.
  func text(_ text: String) throws
  func end(_ name: XMLName) throws
}

/// Parses XML as its bytes come in pieces, and tells a receiver what it consists of.
///
/// Nothing is ever loaded from elsewhere. A document that declares entities or default attributes is refused: no
/// office format has them (ECMA-376 part 2, 6.2.5), and they are what bombs are made of. libxml2's own limits for one
/// name, text or attribute (10 MB) are on.
package final class XMLEvents {
  /// Elements within each other. Documents with text boxes in tables in tables have some 50.
  package static let maximumDepth = 512

  private let receiver: any XMLReceiver
  private let names = XMLNames()
  private var context: xmlParserCtxtPtr?
  private var depth = 0
  private var failure: (any Error)?

  /// - Throws: ``ExtractionFailure/memoryLimit``.
  package init(_ receiver: any XMLReceiver) throws {
    XMLLibrary.start()
    self.receiver = receiver
    var handler = Self.handler
    let me = Unmanaged.passUnretained(self).toOpaque()
    guard let context = xmlCreatePushParserCtxt(&handler, me, nil, 0, nil) else {
      throw ExtractionFailure.memoryLimit
    }
    xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue))
    self.context = context
  }

  deinit { xmlFreeParserCtxt(context) }

  /// Parses the next bytes.
  ///
  /// - Throws: what the receiver throws; ``ExtractionFailure/damaged(_:)`` when they are not well-formed. After that
  ///   the parser is not to be used again.
  package func feed(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(1 << 20)
      rest = rest[piece.endIndex...]
      try parse(UnsafeRawBufferPointer(rebasing: piece), isLast: false)
    }
  }

  /// Ends the document.
  ///
  /// - Throws: as ``feed(_:)``; a document that breaks off is damaged.
  package func finish() throws {
    try parse(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
  }

  private func parse(_ bytes: UnsafeRawBufferPointer, isLast: Bool) throws {
    guard let context else { return }
    xmlParseChunk(
      context, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), isLast ? 1 : 0)
    if let failure { throw failure }
    // Not the result: that also tells of mistakes in namespaces, which do no harm.
    guard context.pointee.wellFormed != 0 else { throw Self.damage(in: context) }
  }

  private static func damage(in context: xmlParserCtxtPtr) -> ExtractionFailure {
    guard let error = xmlCtxtGetLastError(context) else { return .damaged("XML") }
    if error.pointee.code == Int32(XML_ERR_NO_MEMORY.rawValue) { return .memoryLimit }
    let message = error.pointee.message.map { String(cString: $0) } ?? "not well-formed"
    return .damaged("XML line \(error.pointee.line): \(message.prefix { !$0.isNewline }.prefix(200))")
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

  private static func events(_ context: UnsafeMutableRawPointer?) -> XMLEvents? {
    context.map { Unmanaged<XMLEvents>.fromOpaque($0).takeUnretainedValue() }
  }

  private func refuse(_ what: String) { attempt { throw ExtractionFailure.damaged("XML declares \(what)") } }

  private func start(_ name: XMLName, _ attributes: XMLAttributes) throws {
    depth += 1
    guard depth <= Self.maximumDepth else { throw ExtractionFailure.damaged("XML nested too deeply") }
    try receiver.start(XMLTag(name: name, attributes: attributes))
  }

  private func end(_ name: XMLName) throws {
    depth -= 1
    try receiver.end(name)
  }

  private static var handler: xmlSAXHandler {
    // What is not set is not called; without `getEntity` there are only the five entities that XML itself has.
    var handler = xmlSAXHandler()
    handler.initialized = XML_SAX2_MAGIC
    handler.startElementNs = { context, local, prefix, uri, _, _, count, _, fields in
      guard let me = XMLEvents.events(context), let local else { return }
      let attributes = XMLAttributes(count: Int(count), fields: fields, names: me.names)
      me.attempt { try me.start(me.names.name(local, prefix: prefix, uri: uri), attributes) }
    }
    handler.endElementNs = { context, local, prefix, uri in
      guard let me = XMLEvents.events(context), let local else { return }
      me.attempt { try me.end(me.names.name(local, prefix: prefix, uri: uri)) }
    }
    let text: charactersSAXFunc = { context, bytes, count in
      guard let me = XMLEvents.events(context), let bytes, count > 0 else { return }
      me.attempt {
        try me.receiver.text(
          String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self))
      }
    }
    handler.characters = text
    handler.ignorableWhitespace = text
    handler.cdataBlock = text
    handler.entityDecl = { context, _, _, _, _, _ in XMLEvents.events(context)?.refuse("entities") }
    handler.attributeDecl = { context, _, _, _, _, _, tree in
      xmlFreeEnumeration(tree)
      XMLEvents.events(context)?.refuse("attributes")
    }
    return handler
  }
}

extension ZipArchive {
  /// Parses an entry and tells `receiver` what it consists of.
  ///
  /// - Throws: as ``stream(_:_:)`` and ``XMLEvents/feed(_:)``.
  package func parse(_ name: String, _ receiver: any XMLReceiver) throws {
    let events = try XMLEvents(receiver)
    try stream(name) { try events.feed($0) }
    try events.finish()
  }
}
