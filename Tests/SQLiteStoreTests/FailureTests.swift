import Foundation
import GRDB
import IndexModel
import Testing

@testable import SQLiteStore

@Suite("StoreFailure and SystemFailure")
struct FailureTests {
  @Test(
    "Each result code is a word that users know, and no SQL",
    arguments: [
      (ResultCode.SQLITE_BUSY, IndexerError.Code.busy), (.SQLITE_BUSY_SNAPSHOT, .busy), (.SQLITE_LOCKED, .busy),
      (.SQLITE_FULL, .diskFull), (.SQLITE_READONLY, .readOnly), (.SQLITE_READONLY_DIRECTORY, .readOnly),
      (.SQLITE_CANTOPEN, .dataDirectoryUnavailable), (.SQLITE_PERM, .dataDirectoryUnavailable),
      (.SQLITE_CORRUPT, .damaged), (.SQLITE_CORRUPT_INDEX, .damaged), (.SQLITE_NOTADB, .damaged),
      (.SQLITE_IOERR, .ioError), (.SQLITE_IOERR_FSYNC, .ioError), (.SQLITE_ERROR, .internalError),
      (.SQLITE_CONSTRAINT_CHECK, .internalError), (.SQLITE_MISUSE, .internalError),
    ])
  func store(_ code: ResultCode, _ expected: IndexerError.Code) {
    let failure = DatabaseError(
      resultCode: code, message: "near SELECT", sql: "INSERT INTO secret VALUES (?)", arguments: ["a document"])
    let error = StoreFailure.error(failure, path: "/data/queue.db")
    #expect(error.code == expected)
    #expect(error.message.contains("/data/queue.db"))
    #expect(!holdsSQL(error.message) && !error.message.contains("secret") && !error.message.contains("document"))
  }

  @Test(
    "Each errno is a word that users know",
    arguments: [
      (ENOSPC, IndexerError.Code.diskFull), (EDQUOT, .diskFull), (EFBIG, .diskFull), (EROFS, .readOnly),
      (EACCES, .dataDirectoryUnavailable), (EPERM, .dataDirectoryUnavailable), (EIO, .ioError), (ENOENT, .ioError),
    ])
  func system(_ code: Int32, _ expected: IndexerError.Code) {
    let error = SystemFailure.error(code, "open", "/data/x")
    #expect(error.code == expected)
    #expect(error.message.contains("open /data/x"))
  }

  @Test(
    "SQLite has the fix of the WAL-reset bug from 3.51.3 on, and in two older lines",
    arguments: [
      (3_040_001, false), (3_044_005, false), (3_044_006, true), (3_044_009, true), (3_045_000, false),
      (3_050_006, false), (3_050_007, true), (3_051_000, false), (3_051_002, false), (3_051_003, true),
      (3_052_000, true), (4_000_000, true),
    ])
  func resetFix(_ version: Int, _ isFixed: Bool) {
    #expect(SQLiteLibrary.hasResetFix(version) == isFixed)
  }
}
