-- Uploaded files with their versions, and sources that were taken out.

ALTER TABLE sources ADD COLUMN version INTEGER;    -- of an upload: the one whose bytes are kept; NULL for a directory
ALTER TABLE sources ADD COLUMN removed_at INTEGER; -- no search finds it since; the row stays, because its jobs name it
ALTER TABLE sources ADD COLUMN gone_from INTEGER;  -- of a removed one: the generation from which on none of its files is left

CREATE TABLE upload_versions (
  source_id  INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
  number     INTEGER NOT NULL CHECK (number > 0),
  label      TEXT,             -- as its uploader calls it
  kind       TEXT,             -- told by its content; NULL when that could not be told
  hash       TEXT    NOT NULL CHECK (length(hash) = 32), -- XXH3, 128 bits, hexadecimal: the same bytes are told by it
  bytes      INTEGER NOT NULL CHECK (bytes >= 0),
  tables     TEXT    NOT NULL CHECK (json_valid(tables)), -- the names of each table's columns
  created_at INTEGER NOT NULL,
  created_by TEXT    NOT NULL,
  PRIMARY KEY (source_id, number)
) STRICT, WITHOUT ROWID;

-- The last job of each source.
CREATE INDEX jobs_by_source ON indexing_jobs (source_id, created_at);
