// The floor of tools/bench: what a plain loop does with the same files, as well as SQLite alone can do it.
// Reads each file of a list and inserts units of 300 lines into one contentless FTS5 table: no text stored, no
// hashes, no file rows, nothing to resume from. Files with a NUL byte in their first 8 KiB are binary: skipped.
//
//   cc -O2 floor.c -lsqlite3 -o floor
//   find DIR -type f -print0 | sort -z > LIST && floor LIST NEW.db       prints: files bytes units seconds
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { unitLines = 300, filesPerTransaction = 2000, sniffed = 8192 };

struct buffer {
  char *bytes;
  size_t size, capacity;
};

static void die(const char *what, const char *why) {
  fprintf(stderr, "floor: %s: %s\n", what, why);
  exit(1);
}

/// Reads a whole file; false when it cannot be opened or read, which the list's tree may well contain.
static int readFile(const char *path, struct buffer *into) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return 0;
  struct stat info;
  if (fstat(fd, &info) != 0) info.st_size = 0;
  into->size = 0;
  for (;;) {
    size_t wanted = (size_t)info.st_size + 1;  // one more, so that the last read sees the end
    if (wanted <= into->size) wanted = into->size + 65536;
    if (into->capacity < wanted) {
      into->capacity = wanted * 2;
      into->bytes = realloc(into->bytes, into->capacity);
      if (!into->bytes) die(path, "out of memory");
    }
    ssize_t got = read(fd, into->bytes + into->size, into->capacity - into->size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      close(fd);
      return got == 0;
    }
    into->size += (size_t)got;
  }
}

static sqlite3 *db;

static void run(const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) die(sql, sqlite3_errmsg(db));
}

int main(int argc, char **argv) {
  if (argc != 3) die("usage", "floor LIST NEW.db (LIST: paths, each ended by a NUL byte)");
  struct buffer list = {0}, file = {0};
  if (!readFile(argv[1], &list)) die(argv[1], "cannot be read");

  struct timespec start, end;
  clock_gettime(CLOCK_MONOTONIC, &start);
  if (sqlite3_open(argv[2], &db) != SQLITE_OK) die(argv[2], sqlite3_errmsg(db));
  run("PRAGMA journal_mode=WAL");
  run("PRAGMA synchronous=NORMAL");
  run("CREATE VIRTUAL TABLE f USING fts5(body, content='', tokenize='unicode61')");
  run("INSERT INTO f(f, rank) VALUES('automerge', 8)");
  run("INSERT INTO f(f, rank) VALUES('hashsize', 16777216)");
  sqlite3_stmt *insert;
  if (sqlite3_prepare_v2(db, "INSERT INTO f(rowid, body) VALUES(?, ?)", -1, &insert, NULL) != SQLITE_OK)
    die("prepare", sqlite3_errmsg(db));

  uint64_t files = 0, bytes = 0, units = 0;
  run("BEGIN");
  for (char *path = list.bytes; path < list.bytes + list.size; path += strlen(path) + 1) {
    if (!readFile(path, &file)) continue;
    if (memchr(file.bytes, 0, file.size < sniffed ? file.size : sniffed)) continue;
    char *at = file.bytes, *end = file.bytes + file.size;
    while (at < end) {
      char *stop = at;
      for (int line = 0; line < unitLines && stop < end; line++) {
        char *newline = memchr(stop, '\n', (size_t)(end - stop));
        stop = newline ? newline + 1 : end;
      }
      sqlite3_bind_int64(insert, 1, (sqlite3_int64)++units);
      sqlite3_bind_text(insert, 2, at, (int)(stop - at), SQLITE_STATIC);
      if (sqlite3_step(insert) != SQLITE_DONE) die(path, sqlite3_errmsg(db));
      sqlite3_reset(insert);
      at = stop;
    }
    bytes += file.size;
    if (++files % filesPerTransaction == 0) run("COMMIT; BEGIN");
  }
  run("COMMIT");
  sqlite3_finalize(insert);
  sqlite3_close(db);
  clock_gettime(CLOCK_MONOTONIC, &end);
  printf("%llu %llu %llu %.3f\n", (unsigned long long)files, (unsigned long long)bytes, (unsigned long long)units,
         (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
  return 0;
}
