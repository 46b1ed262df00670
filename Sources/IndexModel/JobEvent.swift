/// One row of a job's append-only history.
package struct JobEvent: Codable, Hashable, Sendable {
  package var id: Int
  @ExplicitNull package var job: String?
  package var at: Timestamp
  package var kind: Kind
  @ExplicitNull package var from: JobStatus?
  @ExplicitNull package var to: JobStatus?
  /// Who caused it: a local user and front end, or a worker.
  package var actor: String
  @ExplicitNull package var reason: String?

  package enum Kind: String, Codable, Sendable, CaseIterable {
    case created, moved
    case refusedDuplicate = "refused_duplicate"
    case refusedFull = "refused_full"
  }

  package init(
    id: Int, job: String?, at: Timestamp, kind: Kind, from: JobStatus?, to: JobStatus?, actor: String,
    reason: String?
  ) {
    self.id = id
    self.job = job
    self.at = at
    self.kind = kind
    self.from = from
    self.to = to
    self.actor = actor
    self.reason = reason
  }
}
