internal import CXML

/// libxml2 as a whole.
enum XMLLibrary {
  /// To be called before anything else of it, from any thread.
  static func start() { _ = isStarted }

  private static let isStarted: Bool = {
    xmlInitParser()
    return true
  }()
}
