/// A place in the list of jobs, which holds also when the job there is gone. As text `<milliseconds>.<id>`.
package struct JobCursor: Hashable, Sendable, LosslessStringConvertible {
  package var createdAt: Timestamp
  package var id: String

  package init(of job: JobReport) {
    createdAt = job.createdAt
    id = job.id
  }

  package init?(_ description: String) {
    let parts = description.split(separator: ".", maxSplits: 1)
    guard parts.count == 2, let milliseconds = Int64(parts[0]), parts[1].utf8.count == 36 else { return nil }
    createdAt = Timestamp(milliseconds: milliseconds)
    id = String(parts[1])
  }

  package var description: String { "\(createdAt.milliseconds).\(id)" }
}
