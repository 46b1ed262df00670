"""The files of a run that tools/faults.c has recorded, as a disk has them at any moment of it."""

import collections
import fcntl
import os
import struct

from index_files import need

Record = collections.namedtuple("Record", "letter path offset data")


def records(path):
    """What tools/faults.c has written."""
    with open(path, "rb") as file:
        # Not in the middle of a record.
        fcntl.flock(file, fcntl.LOCK_SH)
        trace = file.read()
    place = 0
    while place < len(trace):
        letter, length = chr(trace[place]), struct.unpack_from("<I", trace, place + 1)[0]
        place += 5
        name = trace[place:place + length].decode()
        offset, count = struct.unpack_from("<qI", trace, place + length)
        place += length + 12
        yield Record(letter, name, offset, trace[place:place + count])
        place += count


def note(path, words):
    """Puts into the record what its user asks for now: a line of its own in what was said."""
    data = f"$ {words}\n".encode()
    with open(path, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(struct.pack("<cIqI", b"A", 0, 0, len(data)) + data)


class File:
    """What of a file is on disk, and what is not yet."""

    def __init__(self):
        self.synced, self.pending = bytearray(), []

    @staticmethod
    def do(content, record, torn=None):
        if record.letter == "T":
            del content[record.offset:]
            content.extend(bytes(record.offset - len(content)))
            return
        data = record.data if torn is None else record.data[:torn]
        content.extend(bytes(max(0, record.offset - len(content))))
        content[record.offset:record.offset + len(data)] = data

    def sync(self):
        for record in self.pending:
            self.do(self.synced, record)
        self.pending = []

    def fail_to_sync(self):
        """Linux takes the pages for written then: no later sync writes them, unless they are written to again."""
        self.pending = []

    def after(self, chance, part):
        """The content after a power cut; `part`: none, all or some of what was not synced."""
        content = bytearray(self.synced)
        for number, record in enumerate(self.pending, 1):
            if part == "all":
                self.do(content, record)
            elif part == "some" and chance.random() < 0.5:
                is_last = number == len(self.pending)
                is_torn = record.data and chance.random() < (0.7 if is_last else 0.2)
                self.do(content, record, chance.randrange(0, len(record.data), 512) if is_torn else None)
        return content


class Disk:
    """The files below one directory, as the records come."""

    def __init__(self, root):
        self.root = root
        self.now, self.names = {}, {root: None}
        self.said = ""

    def take(self, record):
        path, letter = record.path, record.letter
        if letter == "A":
            self.said += record.data.decode(errors="replace")
        elif letter == "M":
            self.now[path] = None
        elif letter == "N":
            self.now[path] = File()
        elif letter in "WT":
            # The log of a worker is opened by whoever starts it, out of the record's sight.
            self.now.setdefault(path, File()).pending.append(record)
        elif letter == "U":
            self.now.pop(path, None)
        elif letter == "R":
            self.now[record.data.decode()] = self.now.pop(path)
        elif letter == "S":
            self.sync(path)
        elif letter == "F" and record.data == b"S" and self.now.get(path):
            self.now[path].fail_to_sync()

    def sync(self, path):
        if self.now.get(path):
            self.now[path].sync()
            self.names[path] = self.now[path]
        else:
            self.sync_directory(path)

    def sync_directory(self, path):
        for name in [name for name in self.names if os.path.dirname(name) == path]:
            if name not in self.now:
                del self.names[name]
        for name, file in self.now.items():
            if os.path.dirname(name) == path:
                self.names[name] = file

    def write(self, target, chance, part):
        """Makes the directory as a power cut would leave it."""
        names = dict(self.names)
        for name, file in self.now.items():
            if part == "all" or part == "some" and chance.random() < 0.5:
                names[name] = file
        if part == "all":
            names = {name: names[name] for name in names if name in self.now or name == self.root}
        os.makedirs(target, mode=0o700)
        for name in sorted(names):
            if name == self.root or name.endswith("-shm") or not self.is_reached(name, names):
                continue
            path = target + name[len(self.root):]
            if names[name] is None:
                os.mkdir(path, mode=0o700)
            else:
                with open(path, "wb") as file:
                    os.fchmod(file.fileno(), 0o600)
                    file.write(names[name].after(chance, part))

    def is_reached(self, name, names):
        """Whether every directory above it is on disk too."""
        while name != self.root:
            name = os.path.dirname(name)
            if name not in names:
                return False
        return True

    def check_is_whole(self):
        """Nothing that was done to the files is missing in the record: it makes the directory that is there."""
        there = {}
        for directory, directories, names in os.walk(self.root):
            there.update({os.path.join(directory, name): None for name in directories})
            for name in names:
                with open(os.path.join(directory, name), "rb") as file:
                    there[os.path.join(directory, name)] = file.read()
        recorded = {name: file and bytes(file.after(None, "all")) for name, file in self.now.items()}
        for name in sorted(there.keys() | recorded.keys()):
            if name != self.root and not name.endswith("-shm"):
                need(
                    name in there and name in recorded and there[name] == recorded[name],
                    f"the record of {name} is not what was done to it")
