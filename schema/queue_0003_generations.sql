-- Generations that are built aside and published in one step, and the history of what becomes of them.

-- The last number that was given: those of removed generations are never used again.
ALTER TABLE projects ADD COLUMN last_generation INTEGER NOT NULL DEFAULT 0;
UPDATE projects SET last_generation =
  (SELECT coalesce(max(number), 0) FROM generations WHERE project_id = projects.id);

ALTER TABLE generations ADD COLUMN job_id TEXT;       -- the job that builds it aside, or did; NULL: made in place
ALTER TABLE generations ADD COLUMN base INTEGER;      -- number of the one it was copied from
ALTER TABLE generations ADD COLUMN base_fences TEXT;  -- the base's fences when the copy was made: who claims it raises them
ALTER TABLE generations ADD COLUMN current_at INTEGER; -- when searches last began to read it
ALTER TABLE generations ADD COLUMN ready_at INTEGER;  -- its files are whole and synced: a build goes on from there
ALTER TABLE generations ADD COLUMN checksums TEXT CHECK (checksums IS NULL OR json_valid(checksums)); -- of its files as
                                                      -- published; NULL once a job has written to it since

-- Append-only: what was done to projects and their indexes, and by whom.
CREATE TABLE audit (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  actor   TEXT    NOT NULL,
  action  TEXT    NOT NULL, -- such as publish, roll_back, remove_generation
  project TEXT,             -- its name: the project itself may be gone
  subject TEXT,             -- what it was done to, such as a generation's number
  detail  TEXT
) STRICT;

CREATE INDEX audit_by_project ON audit (project, id);

CREATE TRIGGER audit_is_kept BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'audit is append-only');
END;
