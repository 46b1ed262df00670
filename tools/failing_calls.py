"""Input/output errors: at syncs, writes and reads; files that cannot grow; and power cuts after a sync that failed."""

import collections
import itertools
import os
import shutil
import signal

from index_files import check_queue, check_shards, need
from power_cuts import Transcript
from recorded_disk import Disk, note, records
from tried_program import trying


class FailingCalls:
    """A first run, in which one call fails; then what it says is to be done; and power cuts on the way."""

    # After the run that failed, and at the end: what a failed sync loses, a later one does not bring back.
    CUTS = list(itertools.product(("failed", "done"), ("none", "all")))

    def __init__(self, program, trees, undisturbed, power_cut):
        self.program, self.trees, self.undisturbed = program, trees, undisturbed
        self.power_cut = power_cut
        self.fired = self.cuts = 0

    READS = (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584)

    def all(self):
        """At which calls to fail: all syncs, every fortieth write, and ever rarer reads: how many there are depends."""
        letters = collections.Counter(record.letter for record in records(self.undisturbed.data[1] + "-trace"))
        return [f"S{number}" for number in range(1, letters["S"] + 1)] + [
            f"W{number}" for number in range(1, letters["W"] + 1, 40)] + [
            f"{letter}{number}" for number in self.READS for letter in "GX"]

    def check(self, failure, cuts):
        data = f"{self.program.scratch}/error-{failure}"
        self.trees.place(1)
        end_of_failure = self.run(data, failure)
        failed = self.failed_call(data)
        self.fired += bool(failed)
        if failed and failed.startswith("sync"):
            for moment, part in cuts:
                trying(
                    f"failed {failed}, cut: {moment}, {part}", self.cut_power, data, f"{failure}-{moment}-{part}", part,
                    end_of_failure if moment == "failed" else None)
        shutil.rmtree(data)

    @staticmethod
    def failed_call(data):
        """What failed, and what was done just before; None if nothing did."""
        last = None
        for record in records(data + "-trace"):
            if record.letter == "F":
                what = {b"S": "sync", b"W": "write", b"G": "read", b"X": "read"}[record.data]
                before = f"{last.letter} {os.path.relpath(last.path, data)}" if last else "nothing"
                return f"{what} of {os.path.relpath(record.path, data)} after {before}"
            last = record if record.path else last
        return None

    def run(self, data, failure):
        """One run fails; the user does as it says, and starts anew. Returns the number of records after the first."""
        recorded, trace = self.program.recorded(data), data + "-trace"
        note(trace, "start 1")
        said = self.program.run(
            "start", self.trees.path, data=data, more=self.program.recorded(data, FAIL=failure), exits=(0, 1, 6)).said
        end_of_failure = sum(1 for _ in records(trace))
        # It may have left the job to a worker of its own.
        self.program.wait_for_worker(data)
        jobs = self.program.jobs(data, more=recorded)
        need(set(Transcript(said).made) <= set(jobs), f"P1: acknowledged and lost: {said}")
        for job in jobs.values():
            if job["status"] in ("failed", "paused"):
                need(f"indexer resume {job['id']}" in said, f"it does not say how to go on: {said}")
                note(trace, f"resume {job['id']}")
                self.program.go_on("resume", job["id"], data=data, more=recorded)
        note(trace, "start 1")
        self.program.run("start", self.trees.path, data=data, more=recorded)
        self.undisturbed.check(data, 1)
        check_queue(data)
        check_shards(data)
        return end_of_failure

    def cut_power(self, data, name, part, end):
        disk = Disk(data)
        for record in itertools.islice(records(data + "-trace"), end):
            disk.take(record)
        self.power_cut.check(disk, name, part, collections.defaultdict(lambda: 1))
        self.cuts += 1


class FullFiles:
    """A disk that is full for one file alone: the queue, or a shard, each with its log."""

    AT = (1, 2, 4, 8, 16, 32, 64, 128, 256)

    def __init__(self, program, trees, undisturbed):
        self.program, self.trees, self.undisturbed = program, trees, undisturbed

    def all(self):
        return list(itertools.product(("queue.db", "projects/"), self.AT))

    def check(self, file, number):
        """What was said is done once there is room again; nothing that was acknowledged is lost."""
        data = f"{self.program.scratch}/full"
        self.trees.place(1)
        faults = self.program.recorded(data, FULL=f"{data}/{file}:{number}")
        answer = self.program.run("start", self.trees.path, data=data, more=faults, exits=(0, 1, 5, 6))
        if answer.code:
            need("full" in answer.said, f"it does not say that the disk is full: {answer}")
        # It may have left the job to a worker of its own.
        self.program.wait_for_worker(data, signal.SIGTERM)
        jobs = self.program.jobs(data)
        need(set(Transcript(answer.said).made) <= set(jobs), f"P1: acknowledged and lost: {answer.said}")
        for job in jobs.values():
            if job["status"] in ("failed", "paused"):
                self.program.go_on("resume", job["id"], data=data)
        self.program.run("start", self.trees.path, data=data)
        self.undisturbed.check(data, 1)
        check_queue(data)
        check_shards(data)
        shutil.rmtree(data)
