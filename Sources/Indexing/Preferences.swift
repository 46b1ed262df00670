internal import Foundation
package import IndexModel
internal import Projects
internal import SQLiteStore

extension IndexingService {
  /// The choice of columns of a project's tables, and which of its sources are due for reprocessing because of it.
  ///
  /// - Parameter project: its name; nil for the only one there is.
  /// - Throws: `not_found`; `usage` when the name is needed.
  package func preferences(of project: String?) throws -> PreferencesReport {
    try queue.store.read { try report(try theProject(project, in: $0), in: $0) }
  }

  /// Changes the choice. Nothing is read again before the next run of each source.
  package func setPreferences(_ columns: ColumnPreferences, of project: String?, actor: String) throws
    -> PreferencesReport
  {
    try queue.store.write { db in
      var project = try theProject(project, in: db)
      project.columns = try columns.checked()
      try queue.projects.setColumns(project.columns, of: project, in: db)
      try queue.projects.record(.setPreferences, project: project.name, actor: actor, in: db)
      return try report(project, in: db)
    }
  }

  private func report(_ project: Project, in db: StoreTransaction) throws -> PreferencesReport {
    PreferencesReport(
      project: project.name, searched: project.columns.searched, context: project.columns.context,
      due: try queue.projects.sourcesDue(of: project, in: db).map(\.path))
  }
}

extension ColumnPreferences {
  /// - Throws: `usage` for names that are empty, or that are to be both searched and only shown.
  fileprivate func checked() throws(IndexerError) -> ColumnPreferences {
    func folded(_ name: String) -> String { name.trimmingCharacters(in: .whitespaces).lowercased() }
    guard (searched + context).allSatisfy({ !folded($0).isEmpty }) else {
      throw IndexerError(.usage, "the name of a column is empty")
    }
    let both = Set(searched.map(folded)).intersection(context.map(folded))
    guard both.isEmpty else {
      throw IndexerError(
        .usage, "searched columns are shown anyway; name only once: \(both.sorted().joined(separator: ", "))")
    }
    return self
  }
}
