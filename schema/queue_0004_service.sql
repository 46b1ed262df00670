-- The service: who may call it, and requests that were answered before.

-- Of a request that may be sent again: who sent it, and the key that they gave it. One job each.
CREATE UNIQUE INDEX jobs_by_dedupe_key ON indexing_jobs (dedupe_key) WHERE dedupe_key IS NOT NULL;

CREATE TABLE tokens (
  name       TEXT    NOT NULL PRIMARY KEY,
  hash       TEXT    NOT NULL UNIQUE CHECK (length(hash) = 64), -- SHA-256, hexadecimal: the token itself is nowhere
  scope      TEXT    NOT NULL CHECK (scope IN ('read', 'full')),
  created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX audit_by_time ON audit (at);
