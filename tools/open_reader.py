"""A reader that keeps every database file open at one moment for as long as a job runs."""

import os
import shutil
import sqlite3

from index_files import need, shards


class OpenReader:
    """No log can be emptied into its file meanwhile: the job goes on all the same, and the next one empties them."""

    # Bytes below which the program leaves the log of queue.db as it is, from job to job.
    QUEUE_LOG = 32 << 20

    def __init__(self, program, trees, undisturbed):
        self.program, self.trees, self.undisturbed = program, trees, undisturbed
        self.data = program.scratch + "/open-reader"

    def check(self):
        shutil.copytree(self.undisturbed.data[1], self.data)
        files = [self.data + "/queue.db", *shards(self.data)]
        readers = [self.read(path) for path in files]
        self.fill_queue_log()
        self.trees.place(2)
        self.program.run("start", self.trees.path, data=self.data)
        self.undisturbed.check(self.data, 2)
        for path, (reader, before) in zip(files, readers):
            need(self.count(reader) == before, f"the reader of {path} sees another moment than the one it is at")
            need(self.log_size(path) > 0, f"the reader of {path} is in nobody's way")
            reader.close()
        self.sizes = {os.path.basename(path): (self.log_size(path), os.path.getsize(path)) for path in files}
        self.trees.place(1)
        self.program.run("start", self.trees.path, data=self.data)
        self.undisturbed.check(self.data, 1)
        for path in files:
            most = self.QUEUE_LOG if path.endswith("queue.db") else 0
            need(self.log_size(path) <= most, f"the log of {path} still has {self.log_size(path)} bytes")

    def fill_queue_log(self):
        """As many jobs would."""
        queue = sqlite3.connect(self.data + "/queue.db", isolation_level=None)
        queue.execute("PRAGMA wal_autocheckpoint = 0")
        queue.execute("PRAGMA synchronous = OFF")
        while self.log_size(self.data + "/queue.db") <= self.QUEUE_LOG:
            queue.execute("UPDATE projects SET name = name")
        queue.close()

    def read(self, path):
        reader = sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)
        reader.execute("BEGIN")
        return reader, self.count(reader)

    @staticmethod
    def count(reader):
        tables = {name for name, in reader.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        table = "indexing_jobs" if "indexing_jobs" in tables else "files"
        return reader.execute(f"SELECT count(*) FROM {table}").fetchone()

    @staticmethod
    def log_size(path):
        return os.path.getsize(path + "-wal") if os.path.exists(path + "-wal") else 0
