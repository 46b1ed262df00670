-- Documents and tables: where in its document a unit stands, and what decides whether a file is read again.
ALTER TABLE units ADD COLUMN page INTEGER;      -- counted from 1
ALTER TABLE units ADD COLUMN sheet TEXT;
ALTER TABLE units ADD COLUMN first_row INTEGER; -- of the sheet, counted from 1
ALTER TABLE units ADD COLUMN last_row INTEGER;

ALTER TABLE unit_texts ADD COLUMN context_bytes INTEGER; -- of what is shown with a hit and not searched
ALTER TABLE unit_texts ADD COLUMN context BLOB;          -- one zstd frame

ALTER TABLE files ADD COLUMN columns INTEGER NOT NULL DEFAULT 0; -- the project's choice of columns that a table was read with
ALTER TABLE files ADD COLUMN retries INTEGER NOT NULL DEFAULT 0; -- after the limit of time or memory
ALTER TABLE files ADD COLUMN detail  TEXT;                       -- of the reason, such as the package that is missing

-- What was read as plain text or not at all, and is a document now: the next run takes it up.
UPDATE files SET extractor = 0
WHERE (outcome = 'skipped' AND reason = 'binary')
  OR kind IN ('csv', 'html', 'markdown', 'rst', 'rtf', 'email')
  OR path LIKE '%.ipynb';
