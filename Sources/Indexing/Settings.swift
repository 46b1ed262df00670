internal import IndexModel

/// What a user may set. Where each value came from is the front end's business.
package struct Settings: Hashable, Sendable {
  /// Absolute.
  package var dataDirectory: String
  /// Jobs that run at the same time, over all processes.
  package var workers = 3
  /// Jobs that may be queued, over all projects.
  package var queueLimit = 1_000
  /// Seconds after which a worker that has nothing to do ends.
  package var idleSeconds = 60
  /// Bytes; for sources that do not say otherwise.
  package var maximumFileSize = WalkOptions.defaultMaximumFileSize
  /// Bytes of an uploaded file.
  package var maximumUpload: Int64 = 50_000_000
  /// Kinds that an uploaded file may have, of ``IndexingService/kinds``; empty: all.
  package var uploadKinds: [String] = []
  /// Bytes that must stay free on the data directory's disk: below, jobs pause themselves.
  package var minimumFreeBytes: Int64 = 500_000_000
  /// Published generations of a project that are kept, the current one included.
  package var keepGenerations = 2
  /// Days after which ended jobs leave the history.
  package var keepDays = 30
  /// Days after which rows leave the history of who did what.
  package var keepAuditDays = 365
  /// Connections for reading the queue, beside the one that writes; for front ends that many ask at once.
  package var queueReaders = 0
  /// Of a worker's threads, as of nice(1): 0 for an equal share of the processor.
  package var niceness: Int32 = 0
  /// Seconds that a database lock is waited for.
  package var busySeconds = 10

  /// Bytes that must be free again for a job that paused itself to go on: a tenth more, so that it does not stutter.
  var bytesToGoOn: Int64 { minimumFreeBytes + minimumFreeBytes / 10 }

  package init(dataDirectory: String = "") { self.dataDirectory = dataDirectory }
}
