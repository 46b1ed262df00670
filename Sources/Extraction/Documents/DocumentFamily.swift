/// Documents whose first bytes are the same; which of them it is, the extractor's process finds out.
package enum DocumentFamily: String, Sendable, CaseIterable {
  /// Word, Excel, PowerPoint since 2007, OpenDocument, EPUB; most archives are none of these.
  case zip
  /// Word, Excel and PowerPoint before; encrypted ones since.
  case compound
  case pdf, rtf, gzip, parquet, html, csv, email, notebook
}

extension DocumentFamily {
  /// What reads `document`, which begins as the documents of this family do.
  ///
  /// - Throws: ``ExtractionFailure``.
  func extractor(of document: Document) throws -> any DocumentExtractor.Type {
    switch self {
    case .zip: try OfficeKind(ZipArchive(document)).extractor
    case .compound: try document.withBytes { try Self.extractor(ofCompound: $0) }
    case .pdf: PDFExtractor.self
    case .rtf: RTFExtractor.self
    case .gzip: GzipExtractor.self
    case .parquet: ParquetExtractor.self
    case .html: HTMLExtractor.self
    case .csv: CSVExtractor.self
    case .email: EmailExtractor.self
    case .notebook: NotebookExtractor.self
    }
  }

  private static func extractor(ofCompound bytes: UnsafeRawBufferPointer) throws -> any DocumentExtractor.Type {
    switch try CompoundFile(bytes).kind {
    case .xls: XLSExtractor.self
    case .doc: DOCExtractor.self
    case .ppt: PPTExtractor.self
    case .encrypted: throw ExtractionFailure.encrypted
    case nil: throw ExtractionFailure.notADocument
    }
  }
}

extension OfficeKind {
  fileprivate var extractor: any DocumentExtractor.Type {
    switch self {
    case .docx: DOCXExtractor.self
    case .pptx: PPTXExtractor.self
    case .xlsx: XLSXExtractor.self
    case .odt: ODTExtractor.self
    case .odp: ODPExtractor.self
    case .ods: ODSExtractor.self
    case .epub: EPUBExtractor.self
    }
  }
}
