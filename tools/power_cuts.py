"""Power cuts: a story that is recorded, what its user was told, and what must hold after a cut in it."""

import collections
import os
import re
import shutil
import sqlite3
import time

from index_files import check_queue, check_shards, each_shard, need
from recorded_disk import Disk, note, records

ID = "[0-9a-f]{8}-[0-9a-f-]{27}"


class Transcript:
    """What a user asked for and was told until some moment, and what he may rely on from then on."""

    # What becomes of a job that was last said to be so, or that was last asked to.
    ENDS = {
        "queued": "completed", "running": "completed", "resume": "completed", "pausing": "paused", "pause": "paused",
        "cancelling": "cancelled", "cancel": "cancelled",
    }
    HEADLINES = {
        "Indexed": "completed", "Paused by a user:": "paused", "Cancelled:": "cancelled", "Failed:": "failed",
    }

    def __init__(self, said):
        self.tree, self.trees, self.ended, self.ends, self.has_error = 1, {}, {}, {}, False
        for line in said.splitlines():
            self.take(line)

    @property
    def made(self):
        """The jobs that were acknowledged, the oldest first."""
        return list(self.trees)

    def take(self, line):
        words = line.split() or [""]
        self.has_error &= words[0] != "$"
        if line.startswith("$ start "):
            self.tree = int(words[2])
        elif line.startswith("$ "):
            # Asked for, not yet answered: it is as before, or as it is to be.
            self.ended.pop(words[2], None)
            self.ends[words[2]] = self.ends_of(words[2]) | {self.ENDS[words[1]]}
        elif acknowledged := re.match(f"job ({ID});", line):
            self.trees[acknowledged[1]] = self.tree
        elif re.match(f"{ID} [a-z]+", line):
            status = words[1].rstrip(";")
            self.ends[words[0]] = {self.ENDS.get(status, status)}
        elif headline := re.match(f"({'|'.join(self.HEADLINES)}) /", line):
            self.ended[self.made[-1]] = self.HEADLINES[headline[1]]
        elif line.startswith("indexer: "):
            self.has_error = True

    def ends_of(self, job):
        """How the job may end, once there is nothing left to do."""
        if job in self.ended:
            return {self.ended[job]}
        return self.ends.get(job, {"completed"}) | ({"failed"} if self.has_error else set())


class Story:
    """What is recorded: a job that is paused and resumed; the tree changes; a job that is cancelled; one that is not.

    Several processes are at work in it: who pauses and cancels, and the background worker that goes on.
    """

    def __init__(self, program, trees):
        self.program, self.trees = program, trees
        self.data = program.scratch + "/recorded"
        self.trace = self.data + "-trace"

    def record(self):
        recorded = self.program.recorded(self.data)
        self.trees.place(1)
        job = self.stop_in_the_middle("pause", 1)
        self.note("resume", job)
        self.program.run("resume", job, data=self.data, more=recorded)
        self.program.wait_for_worker(self.data)
        self.trees.place(2)
        self.stop_in_the_middle("cancel", 2)
        self.note("start", "2")
        self.program.run("start", self.trees.path, data=self.data, more=recorded)
        disk = self.disk()
        disk.check_is_whole()
        self.trees_of_jobs = Transcript(disk.said).trees

    def disk(self):
        """As it is after all that is recorded so far."""
        disk = Disk(self.data)
        for record in records(self.trace):
            disk.take(record)
        return disk

    def note(self, *words):
        note(self.trace, " ".join(words))

    def stop_in_the_middle(self, verb, tree):
        """A job that another process pauses or cancels while one of its threads is held in the middle of a batch."""
        gate = f"{self.program.scratch}/{verb}"
        os.mkfifo(gate)
        self.note("start", str(tree))
        start = self.program.begin(
            "start", self.trees.path, data=self.data,
            more=self.program.recorded(self.data, HOLD=f"{self.trees.file_in_the_middle()}:{gate}"))
        held = self.wait_until_held(start, gate)
        job = Transcript(self.disk().said).made[-1]
        self.note(verb, job)
        self.program.run(verb, job, data=self.data, more=self.program.recorded(self.data))
        os.close(held)
        self.program.end(start, exits=(6,))
        files = self.program.jobs(self.data, more=self.program.recorded(self.data))[job]["files"]
        need(files["indexed"] > 0 and files["pending"] > 0, f"the {verb} of the story is not in the middle: {files}")
        return job

    def wait_until_held(self, start, gate):
        while True:
            try:
                return os.open(gate, os.O_WRONLY | os.O_NONBLOCK)
            except OSError:
                need(start.poll() is None, "the story ends without the read that is to be held")
                time.sleep(0.01)

    def states(self):
        """After which record, and with what of the unsynced part: none, some, all."""
        cuts = [number for number, record in enumerate(records(self.trace)) if record.letter in "SA"]
        return [(cut, part) for cut in cuts for part in ("none", "some", "all")]

    def each_state(self, states):
        """The disk before each of these cuts, its name, and the part."""
        wanted = collections.defaultdict(list)
        for cut, part in states:
            wanted[cut].append(part)
        disk = Disk(self.data)
        for number, record in enumerate(records(self.trace)):
            parts = wanted.get(number, ())
            # Just before the sync, when what it is to keep is not kept yet; and just after it.
            for part in parts:
                if part != "none":
                    yield disk, f"{number}-{part}", part
            disk.take(record)
            if "none" in parts:
                yield disk, f"{number}-none", "none"


class PowerCut:
    """What must hold after one, and when the program has gone on from there."""

    def __init__(self, program, trees, undisturbed, chance):
        self.program, self.trees, self.undisturbed, self.chance = program, trees, undisturbed, chance

    def check(self, disk, name, part, trees_of_jobs):
        data = f"{self.program.scratch}/state-{name}"
        disk.write(data, self.chance, part)
        told = Transcript(disk.said)
        self.trees.place(told.tree)
        self.check_files(data, told)
        self.program.go_on("resume", "--interrupted", data=data)
        if self.settled_tree(data, told, trees_of_jobs) != told.tree:
            self.program.run("start", self.trees.path, data=data)
            self.undisturbed.check(data, told.tree)
        check_queue(data)
        check_shards(data)
        shutil.rmtree(data)

    @staticmethod
    def check_files(data, told):
        """P1: what was acknowledged is there. P6: no file is there by half, before anybody goes on with it.

        On a copy: to look at it must not mend what the program is to mend.
        """
        copy = data + "-copy"
        shutil.copytree(data, copy)
        statuses = {}
        if os.path.exists(copy + "/queue.db"):
            check_queue(copy)
            check_counters(copy)
            statuses = job_statuses(copy)
        check_shards(copy)
        shutil.rmtree(copy)
        lost = set(told.made) - set(statuses)
        need(not lost, f"P1: acknowledged and lost: {lost}")
        for job, status in told.ended.items():
            need(statuses[job] == status, f"P1: {job} was said to be {status}, and is {statuses[job]}")

    def settled_tree(self, data, told, trees_of_jobs):
        """Looks at what cron alone has made of it. Returns the tree that is indexed then, if it is one of them."""
        statuses = job_statuses(data)
        for job, status in statuses.items():
            need(status in told.ends_of(job), f"{job} is {status}, and not one of {told.ends_of(job)}")
        check_counters(data)
        if not statuses:
            return None
        last, status = list(statuses.items())[-1]
        if status != "completed":
            self.undisturbed.check_each_file(data)
        if status == "cancelled":
            return None
        if status in ("paused", "failed"):
            self.program.go_on("resume", last, data=data)
            check_counters(data)
        need(job_statuses(data)[last] == "completed", f"P4: {last} does not complete")
        self.undisturbed.check(data, trees_of_jobs[last])
        return trees_of_jobs[last]


def job_statuses(data):
    """By id, the oldest first; none when a cut came before there was a table."""
    queue = sqlite3.connect(data + "/queue.db")
    try:
        if not queue.execute("SELECT 1 FROM sqlite_master WHERE name = 'indexing_jobs'").fetchall():
            return {}
        return dict(queue.execute("SELECT id, status FROM indexing_jobs ORDER BY id").fetchall())
    finally:
        queue.close()


def check_counters(data):
    """P1 P7: what queue.db says of the last job the shards have. Of one that is done, or of the only one."""
    statuses = job_statuses(data)
    if not statuses:
        return
    last, status = list(statuses.items())[-1]
    if status != "completed" and (status != "paused" or len(statuses) > 1):
        return
    queue = sqlite3.connect(data + "/queue.db")
    found, indexed, skipped, failed = queue.execute(
        """SELECT total_files, indexed_files + unchanged_files, skipped_files, failed_files FROM indexing_jobs
        WHERE id = ?""", (last,)).fetchone()
    queue.close()
    there = collections.Counter()
    for _, db in each_shard(data):
        for outcome, files in db.execute("SELECT outcome, count(*) FROM files GROUP BY 1"):
            there[outcome.decode()] += files
    need(
        (indexed, skipped, failed) == (there["indexed"], there["skipped"], there["failed"]),
        f"P7: job {last} says {indexed} indexed, {skipped} skipped, {failed} failed; the shards have {dict(there)}")
    if status == "completed":
        need(found == indexed + skipped + failed, f"P7: job {last} is completed, with {found} found and {dict(there)}")
