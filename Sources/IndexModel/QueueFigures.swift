/// The queue in numbers, for those who watch over it.
package struct QueueFigures: Hashable, Sendable {
  package var jobs: [JobStatus: Int]
  /// Of all time.
  package var claims: Int64
  /// By outcome, over the jobs that are in the history.
  package var files: [String: Int]
  /// Of the queue's write-ahead log.
  package var logBytes: Int64
  /// Of those of all indexes that are read.
  package var shardLogBytes: Int64
  /// Of this process, by the kind of database.
  package var commits: [String: Int]
  /// Of this process.
  package var busyRetries: Int

  package init(
    jobs: [JobStatus: Int], claims: Int64, files: [String: Int], logBytes: Int64, shardLogBytes: Int64,
    commits: [String: Int], busyRetries: Int
  ) {
    self.shardLogBytes = shardLogBytes
    self.commits = commits
    self.busyRetries = busyRetries
    self.jobs = jobs
    self.claims = claims
    self.files = files
    self.logBytes = logBytes
  }
}
