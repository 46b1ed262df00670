"""One directory with very many files, as caches and mail folders have them."""

import json
import os
import shutil

from index_files import need


class WideDirectory:
    """A first run, one that finds nothing new, and one after half of the files has gone; in bounded memory."""

    # Of the largest process; the budget of a worker.
    MEGABYTES = 300

    def __init__(self, program, files):
        self.program, self.files = program, files
        self.path, self.data = program.scratch + "/wide", program.scratch + "/wide-data"
        self.peak = 0

    def check(self):
        os.mkdir(self.path)
        for number in range(self.files):
            with open(f"{self.path}/f{number:06}.txt", "w", encoding="ascii") as file:
                file.write(f"number {number}\n")
        need(self.run() == (self.files, 0, 0), "not every file was indexed")
        need(self.run() == (0, self.files, 0), "not every file was passed over")
        for number in range(0, self.files, 2):
            os.remove(f"{self.path}/f{number:06}.txt")
        need(self.run() == (0, self.files - self.files // 2, self.files // 2), "not every file was removed")
        need(self.peak <= self.MEGABYTES, f"it took {self.peak} MB")
        shutil.rmtree(self.path)
        shutil.rmtree(self.data)

    def run(self):
        """What became of the files: indexed, unchanged, removed."""
        worker = self.program.begin("start", self.path, "--json", data=self.data)
        out, errors = worker.stdout, worker.stderr
        said, complaint = out.read(), errors.read()
        _, status, usage = os.wait4(worker.pid, 0)
        worker.returncode = os.waitstatus_to_exitcode(status)
        out.close()
        errors.close()
        need(worker.returncode == 0, f"it ended with {worker.returncode}: {complaint}")
        self.peak = max(self.peak, usage.ru_maxrss // 1024)
        files = json.loads(said.splitlines()[-1])["files"]
        return files["indexed"], files["unchanged"], files["removed"]
