"""Prints the 200 queries of tools/bench, one a line: the same ones whenever the tree is the same.

140 are successive words of some line of the tree, ten of each length from 1 to 14; 40 are made of the tree's
commonest words, and 20 are of one rare word beside, or without, a common one.

usage: bench-queries.py LIST       LIST: paths, each ended by a NUL byte, in a fixed order
"""

import collections
import random
import re
import sys

LONGEST, OF_EACH_LENGTH, COMMON, RARE = 14, 10, 40, 20
SAMPLE = 500  # files
SNIFFED = 8192  # bytes
TRIES = 10_000
# At least one letter; AND, OR and NOT would be read as operators.
WORD = re.compile(r"\b(?!(?:AND|OR|NOT)\b)(?=\w*[A-Za-z])\w\w+\b", re.ASCII)


def lines_of(path):
    """The words of each line of a text file; none for what an index has no text of."""
    with open(path, "rb") as file:
        text = file.read()
    if b"\0" in text[:SNIFFED]:
        return []
    return [WORD.findall(line) for line in text.decode(errors="replace").splitlines()]


def from_a_line(chance, files, length):
    for _ in range(TRIES):
        lines = [words for words in lines_of(chance.choice(files)) if len(words) >= length]
        if lines:
            words = chance.choice(lines)
            first = chance.randrange(len(words) - length + 1)
            return words[first:first + length]
    sys.exit(f"no line of {length} words was found in the tree")


def common_and_rare(chance, files):
    """The 30 words that most files of a sample have, and those that only one has."""
    files_with = collections.Counter()
    for path in chance.sample(files, min(SAMPLE, len(files))):
        files_with.update({word for line in lines_of(path) for word in line})
    ranked = sorted(files_with, key=lambda word: (-files_with[word], word))
    rare = [word for word in ranked if files_with[word] == 1]
    if not rare:
        sys.exit("the tree has no rare words")
    return ranked[:30], rare


def main():
    with open(sys.argv[1], "rb") as file:
        files = [path.decode(errors="surrogateescape") for path in file.read().split(b"\0") if path]
    chance = random.Random(10)
    queries = [from_a_line(chance, files, length + 1) for length in range(LONGEST) for _ in range(OF_EACH_LENGTH)]
    common, rare = common_and_rare(chance, files)
    queries += [chance.sample(common, 1 + number % 4) for number in range(COMMON)]
    queries += [[chance.choice(rare)] + chance.sample(common, number % 2) for number in range(RARE)]
    chance.shuffle(queries)
    for words in queries:
        print(" ".join(words))


main()
