"""Asks the queries on standard input, one a line, for 10 hits each, and prints how long each answer took as JSON:
{"found":…,"ms":[…]}. Goes through all of them once before it counts: then all of the index has been read once.

usage: bench-search.py PASSES program FILE    a new process for each query: `ms` is what its took_ms says, the time
                                              inside the process; `process_ms` is that of the whole process
       bench-search.py PASSES fts5 FLOOR.db   in this process, the table that floor.c makes: ids only, it has no text
       bench-search.py PASSES tantivy DIR     in this process, the index that bench-tantivy.py makes, with the texts
       <QUERIES
"""

import json
import sqlite3
import subprocess
import sys
import time

LIMIT = 10


def program(path):
    """`indexer search`, which answers one query and ends."""
    def ask(query):
        began = time.monotonic()
        answer = subprocess.run([path, "search", "--json", "--limit", str(LIMIT), "--", query],
                                stdout=subprocess.PIPE, check=True).stdout
        whole = time.monotonic() - began
        answer = json.loads(answer)
        return len(answer["hits"]), answer["took_ms"], whole * 1000
    return ask


def all_then_any(find):
    """As the program searches: what has all words first, then what has any of them."""
    def ask(query):
        words = query.split()
        began = time.monotonic()
        found = find(words, True)
        if len(found) < LIMIT and len(words) > 1:
            found |= find(words, False)
        return len(found), (time.monotonic() - began) * 1000
    return ask


def fts5(path):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)

    def find(words, all_of_them):
        expression = (" AND " if all_of_them else " OR ").join(f'"{word}"' for word in words)
        return {row[0] for row in db.execute(
            "SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank LIMIT ?", (expression, LIMIT))}
    return all_then_any(find)


def tantivy(directory):
    import tantivy as library
    index = library.Index.open(directory)
    searcher = index.searcher()

    def find(words, all_of_them):
        # Lower case: IN and TO are words of its query language.
        query = index.parse_query(" ".join(words).lower(), ["body"], conjunction_by_default=all_of_them)
        documents = [searcher.doc(address) for _, address in searcher.search(query, LIMIT).hits]
        return {document["path"][0] for document in documents}
    return all_then_any(find)


def main():
    passes, way, place = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    ask = {"program": program, "fts5": fts5, "tantivy": tantivy}[way](place)
    queries = sys.stdin.read().splitlines()
    found = sum(ask(query)[0] > 0 for query in queries)
    if found < len(queries) * 0.9:
        sys.exit(f"{way} finds something for only {found} of {len(queries)} queries, all of them taken from the tree")
    times = list(zip(*(ask(query)[1:] for _ in range(passes) for query in queries)))
    answer = {"found": found, "ms": times[0]}
    if way == "program":
        answer["process_ms"] = times[1]
    print(json.dumps(answer))


main()
