// The floor of the queue's lines in tools/bench: what a plain loop does with the program's own tables and statements
// (Sources/Jobs: Claim, Holding), synchronous=FULL. No write gate, no rows made into values: SQLite alone, whose own
// busy handler is all that stands between several processes.
//
//   cc -O2 bench-queue.c -lsqlite3 -o bench-queue
//   bench-queue NEW.db JOBS PROCESSES schema/queue_*.sql
//   prints {"jobs":…,"seconds":…,"claim_ms":{"p50":…,"p99":…,"max":…},"shares":[…]}: what the processes took to claim
//   and complete the jobs, what a claim waited, and how many jobs each process got
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { projects = 40, mostProcesses = 64, patience = 30000, logLimit = 32 << 20 };

/// What the processes share: each adds its claims behind the others' and counts its own.
struct results {
  double ended[mostProcesses];
  int shares[mostProcesses];
  int claims;
  double waits[];
};

static struct results *results;
static sqlite3 *db;
static const char *file;

static void die(const char *what, const char *why) {
  fprintf(stderr, "bench-queue: %s: %s\n", what, why);
  exit(1);
}

static double milliseconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void run(const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) die(sql, sqlite3_errmsg(db));
}

static void openFile(void) {
  if (sqlite3_open(file, &db) != SQLITE_OK) die(file, sqlite3_errmsg(db));
  sqlite3_busy_timeout(db, patience);
  run("PRAGMA foreign_keys=ON; PRAGMA page_size=4096; PRAGMA cache_size=-2000; PRAGMA wal_autocheckpoint=0;"
      "PRAGMA secure_delete=OFF; PRAGMA journal_size_limit=67108864; PRAGMA synchronous=FULL");
}

static sqlite3_stmt *prepared(const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    die(sql, sqlite3_errmsg(db));
  return statement;
}

/// Steps to the next row; false behind the last one, where the statement is ready for the next time.
static int hasRow(sqlite3_stmt *statement) {
  int said = sqlite3_step(statement);
  if (said == SQLITE_ROW) return 1;
  if (said != SQLITE_DONE) die(sqlite3_sql(statement), sqlite3_errmsg(db));
  sqlite3_reset(statement);
  return 0;
}

/// Steps over all rows.
///
/// Returns the first column of the last one; 0 when there is none.
static sqlite3_int64 runThrough(sqlite3_stmt *statement) {
  sqlite3_int64 number = 0;
  while (hasRow(statement)) number = sqlite3_column_int64(statement, 0);
  return number;
}

static void bind(sqlite3_stmt *statement, const char *name, const char *text) {
  sqlite3_bind_text(statement, sqlite3_bind_parameter_index(statement, name), text, -1, SQLITE_TRANSIENT);
}

static void bindNumber(sqlite3_stmt *statement, const char *name, sqlite3_int64 number) {
  sqlite3_bind_int64(statement, sqlite3_bind_parameter_index(statement, name), number);
}

static char *contents(const char *path) {
  FILE *stream = fopen(path, "r");
  struct stat info;
  if (!stream || fstat(fileno(stream), &info) != 0) die(path, strerror(errno));
  char *text = calloc(1, (size_t)info.st_size + 1);
  if (!text || fread(text, 1, (size_t)info.st_size, stream) != (size_t)info.st_size) die(path, "cannot be read");
  fclose(stream);
  return text;
}

static void fill(int jobs, char **scripts) {
  openFile();
  run("PRAGMA journal_mode=WAL; BEGIN IMMEDIATE");
  for (; *scripts; scripts++) {
    char *sql = contents(*scripts);
    run(sql);
    free(sql);
  }
  sqlite3_stmt *project = prepared("INSERT INTO projects (id, name, created_at) VALUES (:name, :name, :now)");
  sqlite3_stmt *source = prepared(
      "INSERT INTO sources (project_id, kind, path, options, created_at)"
      " VALUES (:name, 'directory', '/' || :name, '{}', :now)");
  sqlite3_stmt *job = prepared(
      "INSERT INTO indexing_jobs (id, project_id, kind, source_id, directory_path, recursive, options, status,"
      " priority, created_at, updated_at, requested_by)"
      " SELECT :id, project_id, 'index', id, path, 1, '{}', 'queued', 0, :now, :now, 'bench' FROM sources"
      " WHERE id = :source");
  sqlite3_stmt *event = prepared(
      "INSERT INTO job_events (job_id, at, kind, from_status, to_status, actor, reason)"
      " VALUES (:id, :now, 'created', NULL, 'queued', 'bench', NULL)");
  sqlite3_int64 now = (sqlite3_int64)milliseconds(CLOCK_REALTIME);
  char text[64];
  for (int number = 0; number < projects; number++) {
    snprintf(text, sizeof text, "p%d", number);
    bind(project, ":name", text);
    bindNumber(project, ":now", now);
    runThrough(project);
    bind(source, ":name", text);
    bindNumber(source, ":now", now);
    runThrough(source);
  }
  for (int number = 0; number < jobs; number++) {
    snprintf(text, sizeof text, "01a1fde7-0000-7000-8000-%012d", number);
    bind(job, ":id", text);
    bindNumber(job, ":source", number % projects + 1);
    bindNumber(job, ":now", now);
    runThrough(job);
    bind(event, ":id", text);
    bindNumber(event, ":now", now);
    runThrough(event);
  }
  sqlite3_finalize(project);
  sqlite3_finalize(source);
  sqlite3_finalize(job);
  sqlite3_finalize(event);
  run("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)");
  if (sqlite3_close(db) != SQLITE_OK) die("close", sqlite3_errmsg(db));
}

static struct {
  sqlite3_stmt *held, *due, *find, *epoch, *claim, *move, *event;
} statements;

static void prepareAll(void) {
  statements.held = prepared(
      "SELECT * FROM indexing_jobs INDEXED BY jobs_active"
      " WHERE status IN ('running', 'pausing', 'cancelling') ORDER BY created_at, id");
  statements.due = prepared(
      "SELECT id FROM indexing_jobs AS due INDEXED BY jobs_queued WHERE status = 'queued' AND not_before <= :now"
      " AND NOT EXISTS (SELECT 1 FROM indexing_jobs AS held INDEXED BY jobs_active"
      " WHERE held.project_id = due.project_id AND held.status IN ('running', 'pausing', 'cancelling'))"
      " ORDER BY priority DESC, created_at, id LIMIT 1");
  statements.find = prepared("SELECT * FROM indexing_jobs WHERE id = :id");
  statements.epoch = prepared("UPDATE epochs SET last = last + 1 WHERE id = 1 RETURNING last");
  statements.claim = prepared(
      "UPDATE indexing_jobs SET status = 'running', lease_owner = :owner, lease_epoch = :epoch,"
      " lease_expires_at = :expires, attempt = attempt + 1, started_at = coalesce(started_at, :now),"
      " run_started_at = :now, updated_at = :now WHERE id = :id AND status = 'queued' RETURNING *");
  statements.move = prepared(
      "UPDATE indexing_jobs SET status = 'completed', pause_reason = NULL, not_before = 0, started_at = :now,"
      " updated_at = :now, completed_at = :now, phase = NULL, total_files = 0, indexed_files = 0, unchanged_files = 0,"
      " skipped_files = 0, failed_files = 0, removed_files = 0, ignored_entries = 0, total_units = 0,"
      " total_bytes = 0, done_bytes = 0, reasons = '{\"skipped\":{},\"failed\":{}}', ignored_by = '[]',"
      " last_indexed_file = NULL, current_files = '[]', generation = NULL, error_code = NULL, error_message = NULL,"
      " attempt = 1, crashes = 0, barren = 0, settled_at_claim = 0, bytes_at_claim = 0, run_started_at = :now,"
      " lease_owner = NULL, lease_epoch = :epoch, lease_expires_at = NULL"
      " WHERE id = :id AND status = 'running' AND lease_epoch = :epoch");
  statements.event = prepared(
      "INSERT INTO job_events (job_id, at, kind, from_status, to_status, actor, reason)"
      " VALUES (:id, :now, 'moved', :from, :to, 'worker', :reason)");
}

static void record(const char *job, const char *from, const char *to, const char *reason) {
  bind(statements.event, ":id", job);
  bindNumber(statements.event, ":now", (sqlite3_int64)milliseconds(CLOCK_REALTIME));
  bind(statements.event, ":from", from);
  bind(statements.event, ":to", to);
  bind(statements.event, ":reason", reason);
  runThrough(statements.event);
}

struct job {
  char id[64];
  sqlite3_int64 epoch;
};

static void find(const struct job *job) {
  bind(statements.find, ":id", job->id);
  if (!hasRow(statements.find)) die(job->id, "is not there");
  sqlite3_reset(statements.find);
}

/// As JobQueue.claim; false when nothing is queued that could be taken.
static int claim(struct job *job, const char *owner) {
  sqlite3_int64 now = (sqlite3_int64)milliseconds(CLOCK_REALTIME);
  run("BEGIN IMMEDIATE");
  runThrough(statements.held);
  bindNumber(statements.due, ":now", now);
  int found = hasRow(statements.due);
  if (found) {
    snprintf(job->id, sizeof job->id, "%s", (const char *)sqlite3_column_text(statements.due, 0));
    sqlite3_reset(statements.due);
    find(job);
    job->epoch = runThrough(statements.epoch);
    bind(statements.claim, ":id", job->id);
    bind(statements.claim, ":owner", owner);
    bindNumber(statements.claim, ":epoch", job->epoch);
    bindNumber(statements.claim, ":expires", (sqlite3_int64)milliseconds(CLOCK_BOOTTIME) + 30000);
    bindNumber(statements.claim, ":now", now);
    runThrough(statements.claim);
    record(job->id, "queued", "running", "claimed");
  }
  run("COMMIT");
  return found;
}

/// As JobQueue.finish.
static void complete(const struct job *job) {
  run("BEGIN IMMEDIATE");
  find(job);
  bind(statements.move, ":id", job->id);
  bindNumber(statements.move, ":epoch", job->epoch);
  bindNumber(statements.move, ":now", (sqlite3_int64)milliseconds(CLOCK_REALTIME));
  runThrough(statements.move);
  record(job->id, "running", "completed", NULL);
  run("COMMIT");
}

/// As a worker does between jobs. Another process's lock puts it off.
static void emptyLog(const char *log) {
  struct stat info;
  if (stat(log, &info) == 0 && info.st_size > logLimit)
    sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

static void work(int process, int jobs) {
  char owner[128], log[4096];
  struct job job;
  snprintf(owner, sizeof owner, "00000000-0000-0000-0000-000000000000/4026531836/%d/1/0", getpid());
  snprintf(log, sizeof log, "%s-wal", file);
  openFile();
  prepareAll();
  for (;;) {
    double asked = milliseconds(CLOCK_MONOTONIC);
    if (!claim(&job, owner)) break;
    double wait = milliseconds(CLOCK_MONOTONIC) - asked;
    int place = __atomic_fetch_add(&results->claims, 1, __ATOMIC_RELAXED);
    if (place >= jobs) die(job.id, "a job was claimed twice");
    results->waits[place] = wait;
    results->shares[process]++;
    complete(&job);
    emptyLog(log);
  }
  results->ended[process] = milliseconds(CLOCK_MONOTONIC);
}

static int ascending(const void *a, const void *b) {
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

int main(int argc, char **argv) {
  if (argc < 5) die("usage", "bench-queue NEW.db JOBS PROCESSES SCHEMA.sql...");
  file = argv[1];
  int jobs = atoi(argv[2]), processes = atoi(argv[3]);
  if (jobs < 1 || processes < 1 || processes > mostProcesses) die("usage", "JOBS from 1, PROCESSES from 1 to 64");
  results = mmap(NULL, sizeof *results + sizeof(double) * (size_t)jobs, PROT_READ | PROT_WRITE,
                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (results == MAP_FAILED) die("mmap", strerror(errno));
  fill(jobs, argv + 4);

  double start = milliseconds(CLOCK_MONOTONIC), end = start;
  for (int process = 0; process < processes; process++) {
    pid_t child = fork();
    if (child < 0) die("fork", strerror(errno));
    if (child == 0) {
      work(process, jobs);
      _exit(0);
    }
  }
  int failed = 0, status;
  for (int ended = 0; ended < processes; ended++) failed |= wait(&status) < 0 || status != 0;
  if (failed) die("a process", "failed");
  if (results->claims != jobs) die("claims", "some jobs were not run");

  qsort(results->waits, (size_t)jobs, sizeof(double), ascending);
  for (int process = 0; process < processes; process++)
    if (results->ended[process] > end) end = results->ended[process];
  printf("{\"jobs\":%d,\"seconds\":%.3f,\"claim_ms\":{\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f},\"shares\":[", jobs,
         (end - start) / 1e3, results->waits[jobs / 2], results->waits[(jobs * 99 + 99) / 100 - 1],
         results->waits[jobs - 1]);
  for (int process = 0; process < processes; process++)
    printf("%s%d", process ? "," : "", results->shares[process]);
  printf("]}\n");
  return 0;
}
