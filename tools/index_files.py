"""What the tests outside the program look for in its files: read as any other program would, with plain SQLite."""

import collections
import os
import sqlite3

WORDS = "amber birch cobalt dune ember fjord grove harbor indigo juniper kelp lagoon meadow nickel opal pine".split()
# In every document, and never in the queue.
MARKER = "zebraquartz"


class Finding(Exception):
    """An invariant that does not hold."""


def need(holds, words):
    if not holds:
        raise Finding(words)


def shards(data):
    """The shard files that must be whole: of generations that are published, or that a build goes on with. Of a copy."""
    if not os.path.exists(data + "/queue.db"):
        return []
    queue = sqlite3.connect(data + "/queue.db")
    # A kill or a power cut may have come before it had its tables.
    has_table = queue.execute("SELECT count(*) FROM sqlite_master WHERE name = 'generations'").fetchone()[0]
    whole = queue.execute(
        "SELECT project_id, number, shards FROM generations WHERE published_at IS NOT NULL OR ready_at IS NOT NULL"
    ).fetchall() if has_table else []
    queue.close()
    return sorted(
        f"{data}/projects/{project}/gen-{number}/shard-{shard}.db" for project, number, count in whole
        for shard in range(count))


def each_shard(data):
    for path in shards(data):
        need(os.path.exists(path), f"P6: {path} is missing")
        db = sqlite3.connect(path)
        db.text_factory = bytes
        yield path, db
        db.close()


def check_queue(data):
    """P1: both of SQLite's checks."""
    db = sqlite3.connect(data + "/queue.db")
    need(db.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "P1: queue.db is damaged")
    need(not db.execute("PRAGMA foreign_key_check").fetchall(), "P1: rows of queue.db refer to none")
    db.close()


def check_shards(data):
    """P6: no half of a file, no postings without a unit nor units without postings. Writes: for a copy."""
    for path, db in each_shard(data):
        said = [row[0] for row in db.execute("PRAGMA integrity_check")]
        need(said == [b"ok"], f"P6: {path}: {said}")
        db.execute("INSERT INTO postings (postings) VALUES ('integrity-check')")
        for question in (
                "SELECT count(*) FROM (SELECT id FROM units EXCEPT SELECT id FROM postings_docsize)",
                "SELECT count(*) FROM (SELECT id FROM postings_docsize EXCEPT SELECT id FROM units)",
                "SELECT count(*) FROM (SELECT file FROM units EXCEPT SELECT id FROM files)",
                "SELECT count(*) FROM (SELECT id FROM files EXCEPT SELECT file FROM units)",
                """SELECT count(*) FROM files f WHERE f.units <>
                (SELECT count(*) FROM units u JOIN unit_texts t ON t.unit = u.id WHERE u.file = f.id)"""):
            need(db.execute(question).fetchone()[0] == 0, f"P6: {path}: {question}")


def contents(data):
    """What matters of the published indexes, whatever their number of shards: how often each line is there."""
    queue = sqlite3.connect(f"file:{data}/queue.db?mode=ro", uri=True)
    published = queue.execute(
        """SELECT p.id, g.number, g.shards, s.id, s.path FROM projects p
        JOIN generations g ON g.project_id = p.id AND g.number = p.generation
        JOIN sources s ON s.project_id = p.id""").fetchall()
    queue.close()
    lines = collections.Counter()
    for project, number, count, source, root in published:
        for shard in range(count):
            db = sqlite3.connect(f"file:{data}/projects/{project}/gen-{number}/shard-{shard}.db?mode=ro", uri=True)
            db.text_factory = bytes
            for row in db.execute(
                    "SELECT path, outcome, reason, hex(content_hash), size, units FROM files WHERE source = ?",
                    (source,)):
                lines[line(root, "file", *row)] += 1
            for row in db.execute(
                    """SELECT f.path, u.first_line, u.last_line, t.bytes, t.text FROM units u
                    JOIN files f ON f.id = u.file LEFT JOIN unit_texts t ON t.unit = u.id WHERE f.source = ?""",
                    (source,)):
                lines[line(root, "unit", *row)] += 1
            for word in WORDS[:6] + [MARKER]:
                for row in db.execute(
                        """SELECT f.path, u.first_line FROM postings p JOIN units u ON u.id = p.rowid
                        JOIN files f ON f.id = u.file WHERE f.source = ? AND postings MATCH ?""", (source, word)):
                    lines[line(root, word, *row)] += 1
            db.close()
    return lines


def line(*parts):
    return tuple(str(part) for part in parts)


def compare(data, undisturbed):
    """P4: interrupted equals uninterrupted. What is there twice is one too many."""
    ours, theirs = contents(data), contents(undisturbed)
    lost, more = sorted((theirs - ours).items())[:5], sorted((ours - theirs).items())[:5]
    need(not lost and not more, f"P4: not the index of an undisturbed run; it lacks {lost}, and has {more}")
