"""Indexes the files named on standard input, NUL between them, with tantivy on two threads: what tools/bench compares with.

usage: bench-tantivy.py DIRECTORY <LIST
"""

import os
import sys

import tantivy

schema = tantivy.SchemaBuilder()
schema.add_text_field("path", stored=True)
schema.add_text_field("body", stored=True)
schema = schema.build()
os.makedirs(sys.argv[1])
writer = tantivy.Index(schema, path=sys.argv[1]).writer(heap_size=256_000_000, num_threads=2)
for path in sys.stdin.buffer.read().split(b"\0"):
    if path:
        with open(path, "rb") as file:
            text = file.read().decode(errors="replace")
        writer.add_document(tantivy.Document(path=[path.decode(errors="replace")], body=[text]))
writer.commit()
writer.wait_merging_threads()
