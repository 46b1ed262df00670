"""A wall clock that is wrong, or that steps while the program works."""

import os
import sqlite3

from index_files import MARKER, check_shards, compare, each_shard, need

DAY = 86_400
# Ahead, behind and right in turn, for some hundred questions each: several times in one run.
STEPPING = f"{DAY},{-DAY},0/300"


class WrongClocks:
    """No change is missed, and no lease is lost."""

    def __init__(self, program, trees, undisturbed):
        self.program, self.trees, self.undisturbed = program, trees, undisturbed

    def check(self):
        self.check_changes()
        self.check_steps()

    def run(self, tree, data, clock):
        self.program.run("start", tree, data=data, more=self.program.with_faults(CLOCK=clock))

    def check_changes(self):
        """A small tree, with a change of the same size before each run, and another clock at each run."""
        tree, data = self.program.scratch + "/clocks-tree", self.program.scratch + "/clocks"
        os.mkdir(tree)
        for number, clock in enumerate((f"{DAY}", f"{-DAY}", f"{DAY}", f"{DAY},{-DAY}/5", "0")):
            for text in ("before", "after!"):
                with open(f"{tree}/f{number}.txt", "w", encoding="utf-8") as file:
                    file.write(f"{MARKER} {text}\n")
                self.run(tree, data, clock)
        self.program.run("start", tree, data=data + "-undisturbed")
        compare(data, data + "-undisturbed")

    def check_steps(self):
        """Both trees, one after the other, while the clock steps there and back."""
        data = self.program.scratch + "/clock-steps"
        for tree in (1, 2):
            self.trees.place(tree)
            self.run(self.trees.path, data, STEPPING)
            self.undisturbed.check(data, tree)
        check_shards(data)
        self.check_jobs(data)

    @staticmethod
    def check_jobs(data):
        queue = sqlite3.connect(data + "/queue.db")
        jobs = [job for job, in queue.execute("SELECT id FROM indexing_jobs")]
        for job in jobs:
            events = queue.execute("SELECT to_status FROM job_events WHERE job_id = ? ORDER BY id", (job,))
            moves = [status for status, in events]
            need(moves == ["queued", "running", "completed"], f"the lease of {job} was lost: {moves}")
        queue.close()
        for path, db in each_shard(data):
            for job in jobs:
                first, last = db.execute(
                    "SELECT min(recorded_ns), max(recorded_ns) FROM files WHERE job = ?", (job,)).fetchone()
                need(last - first > 1.9 * DAY * 1e9, f"{path}: the clock did not step there and back in the job {job}")
