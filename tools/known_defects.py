"""What tools/faults has found and the program still does: tried like everything else, and must still be there."""

import fnmatch
import sqlite3

from index_files import Finding, need

# By the names of the trials that show it. One that is mended must go from here.
KNOWN = {
    "queue.db cut off (empty), *":
        "an empty queue.db is taken for a new data directory, and nothing says that indexes lie beside it",
    "shard cut off (*), search":
        "a shard that is cut off keeps the files of the others from being found",
    "shard cut off (empty), doctor":
        "an empty shard is said to be whole",
    "failed sync of . after S queue.db-wal, cut: failed, none":
        "the removal of queue.db's first journal may not be synced, as SQLite says nothing when that fails: it comes "
        "back, and takes the first jobs with it",
    "failed sync of projects after M projects/*, cut: done, none":
        "a new project's directory whose sync failed is not synced again, and may be gone when its job is done",
}


class Trying:
    """Gives each trial its name, and remembers the known defects that were met."""

    def __init__(self):
        self.met = set()

    def run(self, name, check, *values):
        defect = next((what for pattern, what in KNOWN.items() if fnmatch.fnmatchcase(name, pattern)), None)
        try:
            check(*values)
        except (Finding, sqlite3.Error) as finding:
            if defect is None:
                raise Finding(f"{name}: {finding}") from finding
            self.met.add(defect)
        else:
            need(defect is None, f"{name}: mended; take it from the list of known defects")
