-- What a crash had in hand is told by the mark that the crashing thread leaves, not by an intent that is committed
-- before each file.
ALTER TABLE manifest DROP COLUMN intents;
