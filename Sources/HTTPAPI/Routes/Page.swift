internal import CSupport
internal import HTTPTypes
internal import Hummingbird

extension Routes {
  func addPage(to table: RouteTable) {
    table.add("/", get: { _, _ in Self.file(csupport_page_html, "text/html; charset=utf-8") })
    table.add("/page.css", get: { _, _ in Self.file(csupport_page_css, "text/css; charset=utf-8") })
    table.add("/page.svg", get: { _, _ in Self.file(csupport_page_svg, "image/svg+xml") })
    table.add(
      "/page-sources.js", get: { _, _ in Self.file(csupport_page_sources_js, "text/javascript; charset=utf-8") })
    table.add("/page.js", get: { _, _ in Self.file(csupport_page_js, "text/javascript; charset=utf-8") })
  }

  /// Nothing from elsewhere, nothing inline, in nobody's frame.
  private static let policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  private static func file(_ text: UnsafePointer<CChar>, _ type: String) -> Response {
    var response = Response.text(String(cString: text), type: type)
    response.headers[.contentSecurityPolicy] = policy
    response.headers[.referrerPolicy] = "no-referrer"
    return response
  }
}

extension HTTPField.Name {
  fileprivate static let contentSecurityPolicy = Self("Content-Security-Policy")!
  fileprivate static let referrerPolicy = Self("Referrer-Policy")!
}
