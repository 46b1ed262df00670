/// When a shard commits: what a kill can lose (P3).
package struct BatchPolicy: Hashable, Sendable {
  /// Milliseconds since the batch's first file was begun.
  package var duration: Int64 = 250
  /// Bytes read.
  package var bytes: Int64 = 16 << 20
  package var files = 250
  /// A file larger than this, in bytes, has a transaction of its own.
  package var aloneAbove: Int64 = 8 << 20

  package init() {}

  /// Whether a batch that holds this much is to be committed.
  package func isFull(files: Int, bytes: Int64, milliseconds: Int64) -> Bool {
    files >= self.files || bytes >= self.bytes || milliseconds >= duration
  }

  /// Whether a file of `size` bytes may join an open batch of `files` files.
  package func admits(size: Int64, toBatchOf files: Int) -> Bool {
    files == 0 || size <= aloneAbove
  }
}
