/// The history as comma-separated values (RFC 4180), with a header.
package enum AuditCSV {
  package static func text(of events: [AuditEvent]) -> String {
    let rows = events.map { event in
      [
        String(event.id), event.at.description, event.actor, event.action.rawValue, event.project ?? "",
        event.subject ?? "", event.detail ?? "",
      ]
    }
    return ([["id", "at", "actor", "action", "project", "subject", "detail"]] + rows)
      .map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func cell(_ text: String) -> String {
    // A spreadsheet would take these for formulas.
    let safe = "=+-@\t\r".contains(text.first ?? " ") ? "'" + text : text
    guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }
}
