"""Asks the service from many connections at once while a tree is indexed, and says how long answers took.

usage: python3 tools/load.py PROGRAM TREE [--clients N] [--seconds S] [--pause S]
  PROGRAM    the built program
  TREE       a directory to be indexed meanwhile, such as a kernel tree
  --clients  connections (default 200)
  --seconds  (default 60)
  --pause    of a client between two requests, in the mean (default 0.5); its own answers cost this program about as much
             of the processor as the service

Each client asks one thing after another: mostly for a job, else for lists, searches, figures, and new jobs of small
directories. Then the service is killed in the middle, begun again, and each job that was acknowledged must be there. Exits
with 1 for a 5xx that is not 503, for a lost job, and for an answer that is no answer.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time


class Service:
    def __init__(self, program, scratch, roots):
        self.program, self.environment = program, {
            "HOME": scratch, "PATH": "/usr/bin:/bin", "INDEXER_DATA_DIR": scratch + "/data", "INDEXER_ROOTS": roots,
            "INDEXER_MIN_FREE": "1M", "INDEXER_QUEUE_LIMIT": "100000",
        }
        self.begin()

    def begin(self):
        self.process = subprocess.Popen(
            [self.program, "serve", "--port", "0", "--log-level", "error"], env=self.environment,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline().split()[-1].rstrip("/").rpartition(":")[2])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Client:
    """One connection, kept open."""

    def __init__(self, port):
        self.port, self.reader = port, None

    async def ask(self, method, path, body=None):
        if self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        data = json.dumps(body).encode() if body is not None else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nContent-Length: {len(data)}\r\n\r\n"
        self.writer.write(head.encode() + data)
        await self.writer.drain()
        status = int((await self.reader.readline()).split()[1])
        length = 0
        while (line := await self.reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            if name.lower() == "content-length":
                length = int(value)
        return status, await self.reader.readexactly(length)


async def attack(service, scratch, clients, seconds, pause):
    end = time.monotonic() + seconds
    times, answers, ids, bad = collections.defaultdict(list), collections.Counter(), [], []

    async def one(number):
        chance, client = random.Random(number), Client(service.port)
        made = 0
        while time.monotonic() < end:
            draw = chance.random()
            if draw < 0.02:
                directory = f"{scratch}/small/c{number}-{made}"
                os.makedirs(directory)
                made += 1
                what = ("POST", "/ingest", {"directory": directory})
            elif draw < 0.75 and ids:
                what = ("GET", "/jobs/" + chance.choice(ids[-50:]), None)
            elif draw < 0.85:
                what = ("GET", "/jobs?limit=20", None)
            elif draw < 0.95:
                what = ("GET", "/search?q=" + chance.choice(["page+cache", "static+int", "mutex", "lock*"]), None)
            else:
                what = ("GET", chance.choice(["/metrics", "/ready", "/projects/tree"]), None)
            began = time.monotonic()
            status, body = await client.ask(*what)
            route = f"{what[0]} {what[1].split('?')[0]}" if "/jobs/" not in what[1] else "GET /jobs/{id}"
            times[route].append(time.monotonic() - began)
            answers[status] += 1
            if status >= 500 and status != 503:
                bad.append((what, body[:200]))
            if what[0] == "POST" and status == 202:
                ids.append(json.loads(body)["id"])
            await asyncio.sleep(chance.random() * 2 * pause)

    await asyncio.gather(*(one(number) for number in range(clients)))
    return times, answers, ids, bad


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("program")
    parser.add_argument("tree")
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=0.5)
    options = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="load-")
    os.makedirs(scratch + "/small")
    tree = os.path.realpath(options.tree)
    service = Service(os.path.realpath(options.program), scratch, f"{scratch}:{tree}")
    try:
        first = asyncio.run(Client(service.port).ask("POST", "/ingest", {"directory": tree, "project": "tree"}))
        assert first[0] == 202, first
        times, answers, ids, bad = asyncio.run(attack(service, scratch, options.clients, options.seconds, options.pause))
        for route, taken in sorted(times.items()):
            taken.sort()
            print(
                f"{route:20} {len(taken):7} answers  p50 {taken[len(taken) // 2] * 1000:7.1f} ms  "
                f"p99 {taken[int(len(taken) * 0.99)] * 1000:7.1f} ms  max {taken[-1] * 1000:7.1f} ms")
        print("statuses:", dict(answers))
        service.kill()
        service.begin()
        ids.append(json.loads(first[1])["id"])

        async def missing():
            client = Client(service.port)
            return [job for job in ids if (await client.ask("GET", "/jobs/" + job))[0] != 200]

        lost = asyncio.run(missing())
        print(f"{len(ids)} jobs acknowledged, {len(lost)} lost by the kill")
        if bad or lost:
            print("FINDING:", bad[:3], lost[:3])
            return 1
        return 0
    finally:
        service.kill()
        shutil.rmtree(scratch)


if __name__ == "__main__":
    sys.exit(main())
