"""The real program, and the trees that it indexes."""

import collections
import json
import os
import select
import signal
import sqlite3
import subprocess
import time

from index_files import MARKER, WORDS, Finding, contents, need

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
NEVER_SHOWN = ("SELECT ", "INSERT ", "SQLITE_", "Fatal error", "internal_error", "please report")
Answer = collections.namedtuple("Answer", "code out said")


class Program:
    """Runs the program, alone or with tools/faults.c before it."""

    def __init__(self, path, scratch):
        self.path, self.scratch, self.library = os.path.realpath(path), scratch, scratch + "/faults.so"
        self.directories = set()
        subprocess.run(
            ["cc", "-O1", "-shared", "-fPIC", "-o", self.library, ROOT + "/tools/faults.c", "-ldl"], check=True)

    def recorded(self, data, **faults):
        """The environment in which what happens to `data` is recorded, beside it."""
        return self.with_faults(DIRECTORY=data, TRACE=data + "-trace", **faults)

    def with_faults(self, **faults):
        return {"LD_PRELOAD": self.library} | {f"FAULTS_{name}": value for name, value in faults.items()}

    def begin(self, *words, data, more=None):
        self.directories.add(data)
        environment = {
            "HOME": self.scratch, "PATH": "/usr/bin:/bin", "INDEXER_DATA_DIR": data, "INDEXER_IDLE_SECONDS": "1",
            "INDEXER_MIN_FREE": "1M",
        }
        return subprocess.Popen(
            [self.path, *words], env=environment | (more or {}), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)

    def end(self, process, exits=(0,)):
        """Waits for its end, which must be one of `exits`, without a word that no user is to see."""
        try:
            out, errors = process.communicate(timeout=120)
        except subprocess.TimeoutExpired as expired:
            process.kill()
            process.communicate()
            raise Finding(f"`{' '.join(process.args[1:])}` does not end") from expired
        said = (errors + out).decode(errors="replace")
        need(process.returncode in exits, f"`{' '.join(process.args[1:])}` ended with {process.returncode}: {said}")
        for word in NEVER_SHOWN:
            need(word not in said, f"`{' '.join(process.args[1:])}` shows {word!r}: {said}")
        return Answer(process.returncode, out.decode(errors="replace"), said)

    def run(self, *words, data, more=None, exits=(0,)):
        return self.end(self.begin(*words, data=data, more=more), exits)

    def jobs(self, data, more=None):
        """By id, the oldest first."""
        answer = self.run("jobs", "--json", "--limit", "1000", data=data, more=more)
        return {job["id"]: job for job in reversed(json.loads(answer.out)["jobs"])}

    def go_on(self, *words, data, more=None):
        """Asks for what starts a worker of its own, and waits until that has nothing left to do."""
        self.run(*words, data=data, more=more)
        end = time.monotonic() + 60
        while open_jobs := self.open_jobs(data):
            need(time.monotonic() < end, f"after `{' '.join(words)}` jobs do not end: {open_jobs}")
            time.sleep(0.02)
        self.wait_for_worker(data, signal.SIGTERM)

    @staticmethod
    def open_jobs(data):
        queue = sqlite3.connect(f"file:{data}/queue.db?mode=ro", uri=True)
        try:
            return queue.execute(
                "SELECT id, status FROM indexing_jobs WHERE status IN ('queued', 'running', 'pausing', 'cancelling')"
            ).fetchall()
        finally:
            queue.close()

    @staticmethod
    def wait_for_worker(data, number=0):
        """Waits for the end of the last background worker, if it is there still; sends it the signal first."""
        try:
            with open(data + "/locks/worker.lock", encoding="ascii") as file:
                pid = int(file.read().split()[0])
            worker = os.pidfd_open(pid)
        except (FileNotFoundError, IndexError, ProcessLookupError):
            return
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                if data.encode() not in file.read().split(b"\0"):
                    return
            signal.pidfd_send_signal(worker, number)
            ends = select.poll()
            ends.register(worker, select.POLLIN)
            need(ends.poll(30_000), f"worker {pid} does not end")
        except (FileNotFoundError, ProcessLookupError):
            return
        finally:
            os.close(worker)

    def end_workers(self):
        """None outlives a finding."""
        for data in self.directories:
            self.wait_for_worker(data, signal.SIGKILL)


class Trees:
    """Two states of a tree: the first, and what becomes of it. One of them is in place, the other one aside.

    What they share is one file with two names, so that an index of the first knows the fingerprints of the second.
    More than 2,000 files, for two shards; nearly all of a few lines, for to index them is to be quick.
    """

    FILES, NEW_FILES = 2040, 200

    def __init__(self, scratch, chance):
        self.scratch, self.chance, self.placed = scratch, chance, None
        self.path = scratch + "/tree"
        for number in range(self.FILES):
            self.write(1, number)
        for number in range(0, self.FILES, 50):
            self.write(1, number, b"\x7fELF\0\1\2")
        for number in range(self.FILES):
            if number % 7 != 3:
                self.link(number)
            if number % 7 < 2:
                self.write(2, number)
        for number in range(self.FILES, self.FILES + self.NEW_FILES):
            self.write(2, number)

    def name(self, tree, number):
        return f"{self.scratch}/tree-{tree}/d{number % 11}/f{number}.txt"

    def link(self, number):
        path = self.name(2, number)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.link(self.name(1, number), path)

    def write(self, tree, number, content=None):
        path = self.name(tree, number)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        if os.path.exists(path):
            os.remove(path)
        # Now and then a file of several units.
        lines = [" ".join(self.chance.choices(WORDS, k=5)) for _ in range(700 if number % 100 == 7 else number % 3)]
        with open(path, "wb") as file:
            file.write(content or "\n".join([MARKER, *lines, ""]).encode())

    def file_in_the_middle(self):
        """Of the tree in place, as it is walked; one of those that differ between the trees."""
        changed = [number for number in range(self.FILES) if number % 7 < 2 and number % 50]
        return sorted(f"{self.path}/d{number % 11}/f{number}.txt" for number in changed)[len(changed) // 2]

    def place(self, tree):
        if self.placed == tree:
            return
        if self.placed:
            os.rename(self.path, f"{self.scratch}/tree-{self.placed}")
        os.rename(f"{self.scratch}/tree-{tree}", self.path)
        self.placed = tree


class Undisturbed:
    """What a run that nothing disturbs makes of each tree."""

    def __init__(self, program, trees):
        self.data, self.contents, self.files = {}, {}, {}
        for tree in (2, 1):
            trees.place(tree)
            self.data[tree] = f"{program.scratch}/undisturbed-{tree}"
            program.run("start", trees.path, data=self.data[tree], more=program.recorded(self.data[tree]))
            self.contents[tree] = contents(self.data[tree])
            self.files[tree] = by_path(self.contents[tree])

    def check(self, data, tree):
        """P4: interrupted equals uninterrupted. What is there twice is one too many."""
        ours, theirs = contents(data), self.contents[tree]
        lost, more = sorted(theirs - ours)[:5], sorted(ours - theirs)[:5]
        need(not lost and not more, f"P4: not the index of an undisturbed run; it lacks {lost}, and has {more}")

    def check_each_file(self, data):
        """P6: each file is as in one of the trees, with all that belongs to it."""
        for path, lines in by_path(contents(data)).items():
            need(
                any(lines == files.get(path) for files in self.files.values()),
                f"P6: {path} is half of one tree, or of both: {lines}")


def by_path(lines):
    """Of an index's contents, what belongs to each file."""
    files = collections.defaultdict(collections.Counter)
    for line, times in collections.Counter(lines).items():
        files[line[2]][line] = times
    return files


def trying(name, check, *values):
    """Runs one trial; what it finds is told with its name."""
    try:
        check(*values)
    except (Finding, sqlite3.Error) as finding:
        raise Finding(f"{name}: {finding}") from finding
