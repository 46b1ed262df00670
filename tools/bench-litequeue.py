"""Takes and finishes jobs from a litequeue with synchronous=FULL: what tools/bench compares the queue with.

usage: bench-litequeue.py NEW.db JOBS       prints {"jobs":…,"seconds":…}; putting the jobs in is not counted
"""

import json
import sys
import time

from litequeue import LiteQueue

jobs = int(sys.argv[2])
queue = LiteQueue(sys.argv[1])
with queue.transaction():
    for number in range(jobs):
        queue.put(f"job {number}")
queue.conn.execute("PRAGMA synchronous = FULL")
if queue.conn.execute("PRAGMA synchronous").fetchone()[0] != 2:
    sys.exit("litequeue keeps synchronous as it was")
began = time.monotonic()
taken = 0
while message := queue.pop():
    queue.done(message.message_id)
    taken += 1
seconds = time.monotonic() - began
if taken != jobs:
    sys.exit(f"{taken} of {jobs} jobs came out")
print(json.dumps({"jobs": jobs, "seconds": seconds}))
