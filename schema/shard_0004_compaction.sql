-- How many units had been removed from the shard when it was last written anew: what was removed since takes room.
ALTER TABLE fence ADD COLUMN compacted_units INTEGER NOT NULL DEFAULT 0;
