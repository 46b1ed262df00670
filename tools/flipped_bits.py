"""Single bits that have changed, as a bad disk or bad memory leaves them: in database files, and in their logs."""

import os
import shutil
import signal

from index_files import MARKER, need, shards
from tried_program import trying


class FlippedBits:
    """Each verb, with one bit of one file changed: an answer or a clear error, in time; and nothing else lost.

    SQLite has no checksums on its pages, so a bit in the text of a document may change a word and nobody can tell. What is
    asked is that no verb crashes, hangs, or shows what is inside; that the files beside stay as they are; and that a damaged
    log never takes the file with it that it belongs to.
    """

    def __init__(self, program, trees, chance):
        self.program, self.trees, self.chance = program, trees, chance
        self.whole, self.data = program.scratch + "/unflipped", program.scratch + "/flipped"
        self.tried = 0

    def check(self, rounds):
        self.trees.place(1)
        self.program.run("start", self.trees.path, data=self.whole)
        queue, shard = self.whole + "/queue.db", shards(self.whole)[-1]
        self.leave_logs(shard)
        files = [queue, shard, queue + "-wal", shard + "-wal"]
        for path in files:
            need(os.path.getsize(path) > 0, f"{path} is empty")
        verbs = (
            ["status"], ["jobs"], ["search", MARKER], ["doctor"], ["start", self.trees.path], ["resume", "--interrupted"])
        for path in files:
            for _ in range(rounds):
                bit = self.place_of_bit(path)
                for words in verbs:
                    name = os.path.relpath(path, self.whole)
                    trying(f"bit {bit} of {name}, {words[0]}", self.run_verb, path, bit, words)
                    self.tried += 1

    def leave_logs(self, shard):
        """As a killed worker leaves them. Nobody opens the files afterwards: the last to close one empties its log."""
        self.trees.place(2)
        worker = self.program.begin("start", self.trees.path, data=self.whole)
        log = shard + "-wal"
        while not os.path.exists(log) or not os.path.getsize(log):
            need(worker.poll() is None, "the second run left no log")
        worker.send_signal(signal.SIGKILL)
        worker.communicate()

    def place_of_bit(self, path):
        """Half of them in the first page, where a bit matters most."""
        size = os.path.getsize(path)
        return self.chance.randrange(8 * (min(size, 4096) if self.chance.random() < 0.5 else size))

    def run_verb(self, path, bit, words):
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.whole, self.data)
        flipped = self.data + path[len(self.whole):]
        with open(flipped, "r+b") as file:
            file.seek(bit // 8)
            byte = file.read(1)[0]
            file.seek(bit // 8)
            file.write(bytes([byte ^ 1 << bit % 8]))
        answer = self.program.run(*words, data=self.data, exits=(0, 1, 3, 5, 6))
        # What it left to a worker of its own.
        self.program.wait_for_worker(self.data, signal.SIGTERM)
        if answer.code:
            need(answer.said.strip(), "it fails without a word")
        if "queue.db" not in path:
            need(self.program.jobs(self.data), "the jobs are lost")
