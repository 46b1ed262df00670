"""The service's lines of tools/bench: one JSON object of lists of milliseconds.

usage: python3 tools/bench-service.py PROGRAM SCRATCH RUNS

Starts a service with a data directory of its own. Times, from the first byte of a request to the answer that shows it: an
uploaded file until it is found; a file that is taken out until it is not found any more; 100 sources until all of them are
indexed again; and the switch to a project of 10,000 sources: its page of sources, and a search in it.
"""

import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time


class Service:
    def __init__(self, program, data):
        environment = {
            "HOME": data, "PATH": "/usr/bin:/bin", "INDEXER_DATA_DIR": data + "/index", "INDEXER_MIN_FREE": "1M"}
        self.process = subprocess.Popen(
            [program, "serve", "--port", "0", "--log-level", "error"], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True)
        port = int(self.process.stdout.readline().split()[-1].rstrip("/").rpartition(":")[2])
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method, path, body=None):
        self.connection.request(method, path, body)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:200]}")
        return json.loads(text)

    def upload(self, name, text):
        return self.ask("PUT", f"/projects/bench/sources/{name}", text)

    def hits(self, word, project="bench"):
        return len(self.ask("GET", f"/search?q={word}&project={project}&limit=1")["hits"])

    def until(self, holds):
        while not holds():
            time.sleep(0.002)


def timed(body):
    began = time.monotonic()
    body()
    return (time.monotonic() - began) * 1000


def until_found(service, number):
    def body():
        service.upload(f"ready-{number}.txt", f"zebraready{number} and some other words\n" * 200)
        service.until(lambda: service.hits(f"zebraready{number}"))
    return timed(body)


def until_gone(service, number):
    def body():
        service.ask("DELETE", f"/projects/bench/sources/ready-{number}.txt")
        service.until(lambda: not service.hits(f"zebraready{number}"))
    return timed(body)


def all_again(service):
    def body():
        made = service.ask("POST", "/projects/hundred/reprocess", "{}")["jobs"]
        service.until(lambda: service.ask("GET", "/jobs/" + made[-1]["id"])["status"] == "completed")
        for job in made:
            if service.ask("GET", "/jobs/" + job["id"])["status"] != "completed":
                raise SystemExit(f"job {job['id']} is not completed")
    return timed(body)


def fill(service):
    service.ask("POST", "/projects", '{"name":"hundred"}')
    for number in range(100):
        service.ask("PUT", f"/projects/hundred/sources/s{number}.csv", "region,amount\n" + f"Nord,{number}\n" * 500)
    service.until(lambda: not any(
        service.ask("GET", f"/jobs?status={status}&limit=1")["jobs"] for status in ("queued", "running")))


def make_many(data):
    """As 10,000 uploads would leave the rows; the files are not asked for."""
    with sqlite3.connect(data + "/index/queue.db", timeout=10) as queue:
        (project,) = queue.execute("SELECT id FROM projects WHERE name = 'bench'").fetchone()
        for number in range(10_000):
            row = queue.execute(
                "INSERT INTO sources (project_id, kind, path, options, created_at, version) "
                "SELECT ?, 'upload', ?, options, 0, 1 FROM sources LIMIT 1", (project, f"upload:/many-{number}.csv"))
            queue.execute(
                "INSERT INTO upload_versions VALUES (?, 1, NULL, 'csv', ?, 100, ?, 0, 'bench')",
                (row.lastrowid, "0" * 32, '[{"sheet":null,"columns":["region","amount","date","note"]}]'))


def main():
    program, scratch, runs = sys.argv[1], sys.argv[2], int(sys.argv[3])
    data = scratch + "/service"
    shutil.rmtree(data, ignore_errors=True)
    os.makedirs(data)
    service = Service(program, data)
    try:
        service.ask("POST", "/projects", '{"name":"bench"}')
        rounds = range(10 * runs)
        found = [until_found(service, number) for number in rounds]
        gone = [until_gone(service, number) for number in rounds]
        fill(service)
        again = [all_again(service) for _ in range(runs)]
        service.upload("kept.txt", "zebrakept\n")
        service.until(lambda: service.hits("zebrakept"))
        make_many(data)
        switch = [
            timed(lambda: (service.ask("GET", "/projects/bench"), service.hits("zebrakept"))) for _ in rounds]
    finally:
        service.process.terminate()
        service.process.wait()
    print(json.dumps({"found": found, "gone": gone, "again": again, "switch": switch}))


main()
