"""Archives made to hurt: each says what it does, none is made by the packer."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

MANIFEST = b'{"id": "a-b", "version": "1.0.0", "entrypoint": "main.py"}'
CODE = b"class Plugin:\n    def __init__(self, context): ...\n"
LINK, PIPE, DEVICE, SOCKET, FOLDER = 0o120777, 0o010644, 0o060644, 0o140644, 0o040755


@dataclass(frozen=True)
class Part:
    """One member, with whatever it claims."""

    name: bytes
    content: bytes = b""
    mode: int = 0o100644
    flags: int = 0x800
    method: int = 0
    crc: int | None = None
    packed: bytes | None = None
    size: int | None = None
    packed_size: int | None = None
    extra: bytes = b""
    local_name: bytes | None = None
    local_size: int | None = None
    local_flags: int | None = None
    system: int = 3
    at: int | None = None
    before: bytes = b""

    @property
    def body(self) -> bytes:
        """What stands in the archive."""
        return self.content if self.packed is None else self.packed

    def facts(self, size: int | None = None) -> tuple[int, ...]:
        """What both places say."""
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        packed = len(self.body) if self.packed_size is None else self.packed_size
        whole = len(self.content) if self.size is None else self.size
        return crc, packed, whole if size is None else size


def deflated(name: bytes, content: bytes, **more: object) -> Part:
    """Make a compressed member."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packer.compress(content) + packer.flush()
    return replace(Part(name, content, method=8, packed=body), **more)  # type: ignore[arg-type]


def zipped(*parts: Part, count: int | None = None, comment: bytes = b"", shift: int = 0) -> bytes:
    """Write them as they say."""
    body, table = bytearray(), bytearray()
    for part in parts:
        body += part.before
        at = len(body) if part.at is None else part.at
        name = part.name if part.local_name is None else part.local_name
        flags = part.flags if part.local_flags is None else part.local_flags
        facts = part.facts(part.local_size)
        body += struct.pack(
            "<4s5H3I2H", b"PK\3\4", 20, flags, part.method, 0, 33, *facts, len(name), 0
        )
        body += name + part.body
        table += struct.pack(
            "<4s6H3I5H2I",
            *(b"PK\1\2", part.system << 8 | 20, 20, part.flags, part.method, 0, 33),
            *(*part.facts(), len(part.name), len(part.extra), 0, 0, 0, part.mode << 16, at),
        )
        table += part.name + part.extra
    number = len(parts) if count is None else count
    start = len(body) + shift
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, number, number, len(table), start, len(comment))
    return bytes(body + table + end + comment)


GOOD = (Part(b"main.py", CODE), Part(b"plugin.json", MANIFEST))


def beside(*parts: Part) -> bytes:
    """Make an archive of a good plugin and these."""
    return zipped(*GOOD, *parts)


def _names() -> Iterator[tuple[str, bytes]]:
    names = {
        "up": b"../evil.py",
        "up inside": b"lib/../../evil.py",
        "up at the end": b"lib/..",
        "here": b"./evil.py",
        "absolute": b"/etc/evil",
        "drive": b"C:/evil.py",
        "drive without a slash": b"C:evil.py",
        "backslash": b"..\\evil.py",
        "share": b"\\\\host\\share\\evil",
        "empty": b"",
        "empty part": b"lib//evil.py",
        "NUL": b"main.py\0.txt",
        "line break": b"a\nb.py",
        "escape sequence": b"\x1b[2Jmain.py",
        "right to left": "gpj\u202eyp.niam".encode(),
        "invisible": "ma\u200bin.py".encode(),
        "no UTF-8": b"\xff\xfe.py",
        "lone surrogate": b"\xed\xa0\x80.py",
        "device": b"nul.txt",
        "device in a folder": b"lib/COM1",
        "device in disguise": "LPT¹.md".encode(),
        "stream": b"main.py:evil",
        "dot at the end": b"main.py.",
        "blank at the end": b"main.py ",
        "wildcard": b"ma*n.py",
        "decomposed": "u\u0308.py".encode(),
        "deep": b"a/" * 14 + b"x",
        "long": b"a" * 300,
        "same twice": b"main.py",
        "other case": b"MAIN.py",
        "other width": "\uff4dain.py".encode(),
        "ligature": "plugin.j\u017fon".encode(),
        "below a file": b"main.py/evil.py",
        "left by tools": b"__pycache__/evil.pyc",
        "of a repository": b"lib/.git/config",
        "installed packages": b"node_modules/evil/index.js",
    }
    for what, name in names.items():
        yield what, beside(Part(name, b"x"))
    yield "file and folder", beside(Part(b"lib", b"x"), Part(b"lib/a.py", b"x"))
    yield "folders in two cases", beside(Part(b"lib/a.py", b"x"), Part(b"Lib/b.py", b"x"))


def _kinds() -> Iterator[tuple[str, bytes]]:
    kinds = {"link": LINK, "pipe": PIPE, "device": DEVICE, "socket": SOCKET, "folder": FOLDER}
    for what, mode in kinds.items():
        yield f"a {what}", beside(Part(b"evil", b"/etc/passwd", mode=mode))
    yield "a folder by its name", beside(Part(b"lib/"))
    for what, flags in {"encrypted": 0x801, "strongly": 0x841, "masked": 0x2800}.items():
        yield what, beside(Part(b"evil", b"x", flags=flags))
    yield "streamed", beside(Part(b"evil", b"x", flags=0x808))
    for method in (1, 9, 12, 14, 93, 99):
        yield f"method {method}", beside(Part(b"evil", b"x", method=method))


def _sizes() -> Iterator[tuple[str, bytes]]:
    mega = 1024 * 1024
    yield "ratio", beside(deflated(b"bomb", bytes(10 * mega)))
    yield "one huge member", beside(deflated(b"bomb", bytes(21 * mega)))
    yield (
        "many make too much",
        beside(*(deflated(b"%d" % at, bytes(range(256)) * 12_000) for at in range(8))),
    )
    yield "too many", zipped(*GOOD, *(Part(b"f%d" % at) for at in range(2_100)))
    yield "says less than it is", beside(deflated(b"bomb", bytes(mega), size=100))
    yield "says more than it is", beside(deflated(b"bomb", b"x" * 500, size=9_000))
    yield "stored in two sizes", beside(Part(b"evil", b"abc", size=2))
    yield (
        "behind its end",
        beside(replace(deflated(b"evil", b"abc"), packed=deflated(b"", b"abc").body + b"more")),
    )
    yield "no end", beside(replace(deflated(b"evil", b"abc" * 9), packed=b"\xed\xbd"))
    yield "no deflate", beside(Part(b"evil", b"abc", method=8, packed=b"\xff\xff\xff"))
    yield "four gigabytes", beside(deflated(b"bomb", b"x", size=0xFFFFFFFF))
    yield "packed past the end", beside(Part(b"evil", b"x", packed_size=9_999_999, size=9_999_999))
    yield "wrong checksum", beside(Part(b"evil", b"abc", crc=1))


def _lies() -> Iterator[tuple[str, bytes]]:
    good = zipped(*GOOD)
    yield "two names", beside(Part(b"evil.py", b"x", local_name=b"good.py"))
    yield "two sizes", beside(Part(b"evil.py", b"xy", local_size=1))
    yield "two flags", beside(Part(b"evil.py", b"xy", local_flags=0))
    yield "shared bytes", beside(Part(b"evil.py", CODE, at=0))
    yield "nested", zipped(*GOOD, Part(b"evil.py", CODE, at=30))
    yield "a gap", beside(Part(b"evil.py", b"x", before=b"hidden"))
    yield "something before", b"#!/bin/sh\n" + good
    yield "something before, counted", zipped(replace(GOOD[0], before=b"MZ"), GOOD[1])
    yield "something behind", good + b"\n"
    yield "another behind", good + good
    yield "a comment", zipped(*GOOD, comment=b"PK\5\6")
    yield "counts less", zipped(*GOOD, count=1)
    yield "counts more", zipped(*GOOD, count=3)
    yield "counts nothing", zipped(*GOOD, count=0)
    yield "table elsewhere", zipped(*GOOD, shift=-10)
    yield "table beyond", zipped(*GOOD, shift=2**31)
    yield "ZIP64", beside(Part(b"evil.py", b"x", extra=struct.pack("<HHQ", 1, 8, 2**40)))
    name = struct.pack("<HHBI", 0x7075, 9, 1, 0) + b"../e"
    yield "another name", beside(Part(b"evil.py", b"x", extra=name))
    yield "broken extra", beside(Part(b"evil.py", b"x", extra=b"\1\2\xff\xff"))
    yield "cut off", good[:-30]
    yield "cut in the table", good[: len(good) // 2]
    yield "one end alone", b"PK\5\6" + bytes(18)
    yield "empty", b""
    yield "letters", b"PK\3\4" + b"x" * 300
    yield "gzip", b"\x1f\x8b\x08" + bytes(40)
    for at in (0, 14, len(good) // 2, len(good) - 20):
        flipped = bytearray(good)
        flipped[at] ^= 1
        yield f"one bit at {at}", bytes(flipped)


HOSTILE: dict[str, bytes] = {
    what: data for group in (_names, _kinds, _sizes, _lies) for what, data in group()
}
