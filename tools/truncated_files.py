"""Database files that are cut off, as a repaired file system or a copy that broke off may leave them."""

import itertools
import os
import shutil
import sqlite3

from index_files import MARKER, need, shards
from power_cuts import job_statuses
from tried_program import trying

SIZES = {"half": lambda size: size // 2, "empty": lambda size: 0, "one page and a bit": lambda size: 4096 + 17}


class TruncatedFiles:
    """Each verb, with one file cut off: a clear error at most, and nothing else lost."""

    def __init__(self, program, trees, undisturbed):
        self.program, self.trees, self.undisturbed = program, trees, undisturbed
        self.whole, self.data = program.scratch + "/whole", program.scratch + "/truncated"
        self.tried = 0

    def check(self):
        self.trees.place(1)
        shutil.copytree(self.undisturbed.data[1], self.whole)
        files = [("queue.db", self.whole + "/queue.db"), ("shard", shards(self.whole)[-1])]
        for _, path in files:
            empty_log(path)
        verbs = (
            ["status"], ["jobs"], ["search", MARKER], ["start", self.trees.path], ["resume", "--interrupted"],
            ["doctor"])
        for (kind, path), size, words in itertools.product(files, SIZES, verbs):
            trying(f"{kind} cut off ({size}), {words[0]}", self.run_verb, kind, path, size, words)
            self.tried += 1

    def run_verb(self, kind, path, size, words):
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.whole, self.data)
        truncated = self.data + path[len(self.whole):]
        os.truncate(truncated, SIZES[size](os.path.getsize(truncated)))
        with open(truncated, "rb") as file:
            left = file.read()
        answer = self.program.run(*words, data=self.data, exits=(0, 1))
        if kind == "queue.db":
            need(answer.code == 1, f"it says nothing of it: {answer.said}")
        else:
            self.check_answer(words[0], answer, truncated)
            need(job_statuses(self.whole).items() <= job_statuses(self.data).items(), "jobs are lost")
        if answer.code == 1:
            remedies = ("keep a copy", "indexer doctor --fix")
            need(
                truncated in answer.said and any(remedy in answer.said for remedy in remedies),
                f"it does not say what to do: {answer}")
            with open(truncated, "rb") as file:
                need(file.read() == left, "it says that nothing was changed, and changed the file")
        for whole in shards(self.whole):
            if whole != path:
                here = self.data + whole[len(self.whole):]
                need(rows(here) == rows(whole), f"{here} has lost files")

    def check_answer(self, verb, answer, truncated):
        """Of verbs that need not read the shard, nothing is asked but that they go on."""
        if verb in ("status", "jobs", "resume"):
            need(answer.code == 0, f"it fails: {answer.said}")
        elif verb == "search":
            need(f"{self.trees.path}/" in answer.out, f"the other shards do not answer: {answer.said}")
            need("damaged" in answer.said, f"it does not say that something is missing: {answer.said}")
        elif verb == "doctor":
            need(answer.code == 1 and f"BAD  shard {truncated}" in answer.out, f"it finds nothing: {answer.said}")
        elif answer.code == 0:
            self.undisturbed.check(self.data, 1)


def empty_log(path):
    """Everything is in the file itself then, as when its last user has closed it."""
    db = sqlite3.connect(path)
    need(db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, f"the log of {path} cannot be emptied")
    db.close()


def rows(shard):
    db = sqlite3.connect(shard)
    db.text_factory = bytes
    try:
        return db.execute("SELECT path, outcome, content_hash, units FROM files ORDER BY path").fetchall()
    finally:
        db.close()
