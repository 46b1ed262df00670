-- Which columns of a project's tables are searched, and which are shown with a hit; as JSON, empty lists for no choice.
ALTER TABLE projects ADD COLUMN columns TEXT NOT NULL DEFAULT '{"searched":[],"context":[]}' CHECK (json_valid(columns));

-- The mark of the choice that the source's last completed job read tables with: another one makes the source due.
ALTER TABLE sources ADD COLUMN columns INTEGER NOT NULL DEFAULT 0;
