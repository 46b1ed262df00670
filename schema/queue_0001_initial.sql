-- queue.db: what is to be done, what was done, and for whom. Metadata only: no document text, no query text.
-- Times are integer milliseconds since 1970 UTC, made by the program.

CREATE TABLE projects (
  id         TEXT    NOT NULL PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 200),
  generation INTEGER NOT NULL DEFAULT 0 CHECK (generation >= 0), -- the one that searches read; 0: none yet
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE generations (
  project_id        TEXT    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  number            INTEGER NOT NULL CHECK (number > 0),
  shards            INTEGER NOT NULL CHECK (shards BETWEEN 1 AND 8),
  tokenizer_version INTEGER NOT NULL,
  created_at        INTEGER NOT NULL,
  published_at      INTEGER, -- NULL: being built aside
  PRIMARY KEY (project_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE sources (
  id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again: shards name their files' source by it
  project_id TEXT    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  kind       TEXT    NOT NULL CHECK (kind IN ('directory', 'upload')),
  path       TEXT    NOT NULL,
  options    TEXT    NOT NULL CHECK (json_valid(options)),
  device     INTEGER, -- of the directory when it was last walked: an empty one on another may be not mounted
  created_at INTEGER NOT NULL,
  UNIQUE (project_id, path)
) STRICT;

CREATE INDEX sources_by_path ON sources (path);

CREATE TABLE indexing_jobs (
  id                TEXT    NOT NULL PRIMARY KEY, -- UUIDv7: sorts by creation
  project_id        TEXT    NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  kind              TEXT    NOT NULL CHECK (kind IN ('index', 'ingest', 'reprocess', 'snapshot')),
  source_id         INTEGER NOT NULL REFERENCES sources (id),
  directory_path    TEXT    NOT NULL,
  recursive         INTEGER NOT NULL CHECK (recursive IN (0, 1)),
  options           TEXT    NOT NULL CHECK (json_valid(options)),
  status            TEXT    NOT NULL CHECK (status IN (
    'queued', 'running', 'pausing', 'paused', 'cancelling', 'cancelled', 'failed', 'completed')),
  pause_reason      TEXT    CHECK (pause_reason IN ('user', 'disk_low')),
  priority          INTEGER NOT NULL DEFAULT 0,
  not_before        INTEGER NOT NULL DEFAULT 0,
  created_at        INTEGER NOT NULL,
  started_at        INTEGER,
  updated_at        INTEGER NOT NULL,
  completed_at      INTEGER,

  -- Written from committed rows of the shards only.
  total_files       INTEGER NOT NULL DEFAULT 0,
  indexed_files     INTEGER NOT NULL DEFAULT 0,
  unchanged_files   INTEGER NOT NULL DEFAULT 0,
  skipped_files     INTEGER NOT NULL DEFAULT 0,
  failed_files      INTEGER NOT NULL DEFAULT 0,
  removed_files     INTEGER NOT NULL DEFAULT 0,
  ignored_entries   INTEGER NOT NULL DEFAULT 0,
  total_units       INTEGER NOT NULL DEFAULT 0,
  total_bytes       INTEGER NOT NULL DEFAULT 0,
  done_bytes        INTEGER NOT NULL DEFAULT 0,
  reasons           TEXT    NOT NULL DEFAULT '{"skipped":{},"failed":{}}' CHECK (json_valid(reasons)),
  ignored_by        TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(ignored_by)),
  last_indexed_file TEXT,
  current_files     TEXT    NOT NULL DEFAULT '[]' CHECK (json_valid(current_files)),
  phase             TEXT    CHECK (phase IN ('walking', 'planning', 'indexing', 'finishing')),
  generation        INTEGER,

  error_code        TEXT,
  error_message     TEXT,

  attempt           INTEGER NOT NULL DEFAULT 0,
  crashes           INTEGER NOT NULL DEFAULT 0, -- attempts in a row that ended without an orderly stop
  barren            INTEGER NOT NULL DEFAULT 0, -- of those, in a row, the ones that committed no new outcome
  settled_at_claim  INTEGER NOT NULL DEFAULT 0, -- outcomes committed when the attempt began
  bytes_at_claim    INTEGER NOT NULL DEFAULT 0, -- done_bytes then
  run_started_at    INTEGER,                    -- when the attempt began: for the rate
  lease_owner       TEXT,                       -- boot id / pid namespace / pid / process start / slot
  lease_epoch       INTEGER NOT NULL DEFAULT 0,
  lease_expires_at  INTEGER,                    -- milliseconds of CLOCK_BOOTTIME: not moved by clock changes
  requested_by      TEXT    NOT NULL,
  dedupe_key        TEXT,

  CHECK ((pause_reason IS NOT NULL) = (status = 'paused')),
  CHECK ((lease_owner IS NOT NULL) = (status IN ('running', 'pausing', 'cancelling'))),
  CHECK ((lease_owner IS NULL) = (lease_expires_at IS NULL)),
  CHECK ((completed_at IS NOT NULL) = (status IN ('completed', 'cancelled', 'failed'))),
  CHECK (total_files >= indexed_files + unchanged_files + skipped_files + failed_files)
) STRICT;

-- The claim: due jobs in order; the jobs that are held; whether a project has one of those.
CREATE INDEX jobs_queued ON indexing_jobs (priority DESC, created_at, id) WHERE status = 'queued';
CREATE INDEX jobs_active ON indexing_jobs (project_id) WHERE status IN ('running', 'pausing', 'cancelling');
-- Lists.
CREATE INDEX jobs_by_status ON indexing_jobs (status, created_at);
CREATE INDEX jobs_by_project ON indexing_jobs (project_id, created_at);
CREATE INDEX jobs_by_directory ON indexing_jobs (directory_path, status);

-- Append-only: one row for each move of a job, and for each refusal.
CREATE TABLE job_events (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id      TEXT    REFERENCES indexing_jobs (id) ON DELETE CASCADE, -- NULL: refused before there was one
  at          INTEGER NOT NULL,
  kind        TEXT    NOT NULL CHECK (kind IN ('created', 'moved', 'refused_duplicate', 'refused_full')),
  from_status TEXT,
  to_status   TEXT,
  actor       TEXT    NOT NULL,
  reason      TEXT
) STRICT;

CREATE INDEX job_events_by_job ON job_events (job_id, id);

CREATE TRIGGER job_events_are_kept BEFORE UPDATE ON job_events
BEGIN
  SELECT RAISE(ABORT, 'job_events is append-only');
END;

-- The fencing token: one sequence for all jobs, raised at every claim.
CREATE TABLE epochs (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  last INTEGER NOT NULL
) STRICT;

INSERT INTO epochs (id, last) VALUES (1, 0);

-- For people: the queue as they would ask for it.
CREATE VIEW jobs AS
SELECT
  j.id,
  p.name AS project,
  j.status,
  j.directory_path,
  j.total_files - j.indexed_files - j.unchanged_files - j.skipped_files - j.failed_files AS pending_files,
  j.indexed_files,
  j.unchanged_files,
  j.skipped_files,
  j.failed_files,
  j.removed_files,
  j.last_indexed_file,
  strftime('%Y-%m-%dT%H:%M:%fZ', j.created_at / 1000.0, 'unixepoch') AS created,
  strftime('%Y-%m-%dT%H:%M:%fZ', j.updated_at / 1000.0, 'unixepoch') AS updated,
  j.error_code,
  j.error_message
FROM indexing_jobs j
JOIN projects p ON p.id = j.project_id;
