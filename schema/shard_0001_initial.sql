-- shard-<k>.db: a complete little index of the files whose path hashes to it.
-- Paths are relative to their source, bytes as the file system has them (so not always UTF-8).

-- Who may write: the claim with the highest epoch. And which job wrote last, so that a job that was paused
-- meanwhile notices that its file list is old.
CREATE TABLE fence (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  epoch    INTEGER NOT NULL,
  last_job TEXT
) STRICT;

INSERT INTO fence (id, epoch, last_job) VALUES (1, 0, NULL);

CREATE TABLE files (
  id           INTEGER PRIMARY KEY,
  source       INTEGER NOT NULL, -- sources.id in queue.db
  path         TEXT    NOT NULL,
  outcome      TEXT    NOT NULL CHECK (outcome IN ('indexed', 'skipped', 'failed')),
  reason       TEXT,
  content_hash BLOB    CHECK (content_hash IS NULL OR length(content_hash) = 16), -- XXH3 128-bit
  size         INTEGER NOT NULL,
  modified_ns  INTEGER NOT NULL,
  changed_ns   INTEGER NOT NULL,
  inode        INTEGER NOT NULL,
  recorded_ns  INTEGER NOT NULL, -- when it was read: tells a fingerprint that proves nothing
  kind         TEXT,
  encoding     TEXT,
  extractor    INTEGER NOT NULL, -- version of the code that made the units
  units        INTEGER NOT NULL, -- with text; every file has one more without when it has none
  indexed_at   INTEGER NOT NULL,
  job          TEXT    NOT NULL,
  CHECK ((outcome = 'indexed') = (reason IS NULL)),
  CHECK (outcome <> 'indexed' OR content_hash IS NOT NULL)
) STRICT;

CREATE UNIQUE INDEX files_by_path ON files (source, path);

CREATE TABLE units (
  id         INTEGER PRIMARY KEY AUTOINCREMENT, -- never used again
  file       INTEGER NOT NULL REFERENCES files (id),
  first_line INTEGER NOT NULL,
  last_line  INTEGER NOT NULL,
  title      TEXT
) STRICT;

CREATE INDEX units_by_file ON units (file);

-- Apart from units, so that filters and joins read small rows.
CREATE TABLE unit_texts (
  unit  INTEGER PRIMARY KEY REFERENCES units (id),
  bytes INTEGER NOT NULL, -- of the text
  text  BLOB    NOT NULL  -- one zstd frame
) STRICT;

-- rowid = units.id. Holds the tokens that the program makes, joined by blanks; to delete a row, FTS5 is handed
-- the same tokens again.
CREATE VIRTUAL TABLE postings USING fts5 (path, title, body, content = '', tokenize = 'ascii');

-- Measured on a kernel tree: the same total work as the defaults, and no commit that merges for a quarter second.
INSERT INTO postings (postings, rank) VALUES ('automerge', 16);
INSERT INTO postings (postings, rank) VALUES ('crisismerge', 64);
INSERT INTO postings (postings, rank) VALUES ('hashsize', 8388608);

-- What a job has to do here, frozen when its walk is complete; kept until the source's next job is planned.
CREATE TABLE manifest (
  id          INTEGER PRIMARY KEY,
  job         TEXT    NOT NULL,
  source      INTEGER NOT NULL,
  path        TEXT    NOT NULL,
  action      TEXT    NOT NULL CHECK (action IN ('index', 'note', 'remove')), -- note: outcome known, no read
  noted       TEXT,                        -- the outcome and reason of a note, such as 'skipped too_large'
  size        INTEGER NOT NULL,
  modified_ns INTEGER NOT NULL,
  changed_ns  INTEGER NOT NULL,
  inode       INTEGER NOT NULL,
  outcome     TEXT    NOT NULL DEFAULT 'pending' CHECK (outcome IN (
    'pending', 'indexed', 'unchanged', 'skipped', 'failed', 'removed')),
  reason      TEXT,
  units       INTEGER NOT NULL DEFAULT 0,
  intents     INTEGER NOT NULL DEFAULT 0   -- attempts that named this file alone, and did not come back
) STRICT;

-- Says that a job's manifest is whole, and counts what needed no row.
CREATE TABLE manifest_headers (
  job      TEXT    NOT NULL PRIMARY KEY,
  source   INTEGER NOT NULL,
  walk     TEXT    NOT NULL, -- the same in every shard of the generation
  rows     INTEGER NOT NULL,
  settled  TEXT    NOT NULL CHECK (json_valid(settled)), -- outcome and reason to number of files without a row
  bytes    INTEGER NOT NULL, -- of all files found
  settled_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
