"""The archive of a package: a zip file of one strict form, written and read here.

Zip says each thing twice, in front of the content and in a table at the end, and readers differ in
which they believe. So every byte has to be accounted for: the members stand one after the other
from the first byte on, both places say the same, and nothing follows the table. What is written
has no compression, no times and no owners: the same files are the same bytes on every machine,
whatever its compression library.
"""

from __future__ import annotations

import stat
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from plexihub.marketplace.member import LEFT_OUT, Names
from plexihub_sdk.errors import PackageError

SUFFIX = ".plexi"
MAX_FILES = 2_000
MAX_BYTES = 20 * 1024 * 1024
#: Of the archive itself: its contents, and what names them.
MAX_ARCHIVE = MAX_BYTES + 2 * 1024 * 1024
#: How much larger than itself a compressed member may become, once it is worth a bomb.
MAX_RATIO = 100
_RATIO_COUNTS = 256 * 1024
PACK_ANEW = "Make it anew: plexihub plugin pack FOLDER"

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_LOCAL_MARK, _CENTRAL_MARK, _END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_UTF8, _ENCRYPTED, _STREAMED, _STRONG, _MASKED = 0x800, 0x1, 0x8, 0x40, 0x2000
_STORED, _DEFLATED = 0, 8
#: 1980-01-01, the first day that a zip file knows.
_DAY = 0x21
_UNIX, _REGULAR = 3, 0o100644
_VERSION = 20
_ZIP64, _OTHER_NAME = 0x0001, 0x7075


class _Entry(NamedTuple):
    """One line of the table at the end."""

    name: str
    raw: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    mode: int
    at: int


@dataclass(frozen=True, slots=True)
class Member:
    """One file.

    Args:
        name: Its path, `/` separated.
        content: What stands in it.
    """

    name: str
    content: bytes


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """Make the archive of these files; the same files make the same bytes.

    Raises:
        PackageError: A name is none, or they are too many or too large.
    """
    names, total = Names(), 0
    body, table = bytearray(), bytearray()
    for name in sorted(files, key=str.encode):
        names.add(name)
        content = files[name]
        total += len(content)
        raw, crc = name.encode(), zlib.crc32(content)
        facts = (_UTF8, _STORED, 0, _DAY, crc, len(content), len(content), len(raw), 0)
        made_by = _UNIX << 8 | _VERSION
        table += _CENTRAL.pack(
            _CENTRAL_MARK, made_by, _VERSION, *facts, 0, 0, 0, _REGULAR << 16, len(body)
        )
        table += raw
        body += _LOCAL.pack(_LOCAL_MARK, _VERSION, *facts) + raw + content
    _bound(len(files), total)
    end = _END.pack(_END_MARK, 0, 0, len(files), len(files), len(table), len(body), 0)
    return bytes(body + table + end)


def is_archive(name: str, start: bytes) -> bool:
    """Whether a file of this name, which begins so, is meant to be an archive."""
    return name.lower().endswith(SUFFIX) or start.startswith((_LOCAL_MARK, _END_MARK))


def read_archive(data: bytes) -> list[Member]:
    """Read the files of an archive, in the order of their names.

    Raises:
        PackageError: It is no archive of this form, or a member is one that no package has;
            `where` names it.
    """
    if len(data) > MAX_ARCHIVE:
        raise _wrong(f"It is larger than {MAX_ARCHIVE // 1024 // 1024} MB.")
    entries, start = _table(data)
    names = Names()
    for entry in entries:
        _check(entry, names)
    _bound(len(entries), sum(entry.size for entry in entries))
    return sorted(_members(data, entries, start), key=lambda member: member.name.encode())


def _bound(count: int, total: int) -> None:
    if count > MAX_FILES:
        raise PackageError(f"The package holds more than {MAX_FILES} files.", where="archive")
    if total > MAX_BYTES:
        raise PackageError(
            f"The package is larger than {MAX_BYTES // 1024 // 1024} MB.", where="archive"
        )


def _table(data: bytes) -> tuple[list[_Entry], int]:
    """Read the table at the end; answer its lines, and where it starts."""
    at = len(data) - _END.size
    if at < 0 or not data.startswith(_END_MARK, at):
        raise _wrong("It does not end as a package does: it is cut off, or something follows it.")
    _, disk, first, here, count, size, start, comment = _END.unpack_from(data, at)
    if disk or first or here != count or comment or start + size != at:
        raise _wrong("Its table of contents does not stand where it says.")
    if count == 0:
        raise _wrong("It holds no file.")
    if count > MAX_FILES:
        raise _wrong(f"It holds more than {MAX_FILES} files.")
    entries, line = [], start
    for _ in range(count):
        entry, line = _line(data, line, at)
        entries.append(entry)
    if line != at:
        raise _wrong("Its table of contents holds more than it counts.")
    return entries, start


def _line(data: bytes, at: int, end: int) -> tuple[_Entry, int]:
    if at + _CENTRAL.size > end or not data.startswith(_CENTRAL_MARK, at):
        raise _wrong("Its table of contents is broken.")
    found = _CENTRAL.unpack_from(data, at)
    made_by, flags, method = found[1] >> 8, found[3], found[4]
    crc, packed, size, named, extra, comment = found[7:13]
    disk, attributes, start = found[13], found[15], found[16]
    after = at + _CENTRAL.size + named
    raw = data[at + _CENTRAL.size : after]
    following = after + extra + comment
    if following > end or disk:
        raise _wrong("Its table of contents is broken.")
    name = _text(raw, is_utf8=bool(flags & _UTF8))
    _check_extra(data[after : after + extra], name)
    mode = attributes >> 16 if made_by == _UNIX else 0
    return _Entry(name, raw, flags, method, crc, packed, size, mode, start), following


def _text(raw: bytes, *, is_utf8: bool) -> str:
    try:
        return raw.decode("utf-8" if is_utf8 else "ascii")
    except UnicodeDecodeError:
        shown = raw.decode("ascii", "backslashreplace")[:200]
        raise _wrong("A name in it is no UTF-8 text.", shown) from None


def _check_extra(extra: bytes, name: str) -> None:
    at = 0
    while at < len(extra):
        if at + 4 > len(extra):
            raise _wrong("What is said of this member besides is broken.", name)
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind in {_ZIP64, _OTHER_NAME}:
            raise _wrong("Its name or size is said in two ways.", name)
        at += 4 + size
    if at != len(extra):
        raise _wrong("What is said of this member besides is broken.", name)


def _check(entry: _Entry, names: Names) -> None:
    kind = stat.S_IFMT(entry.mode)
    if kind == stat.S_IFLNK:
        raise _wrong("It is a symbolic link: a package brings its files itself.", entry.name)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise _wrong("It is a device or a pipe, and no plain file.", entry.name)
    if entry.name.endswith("/") or kind == stat.S_IFDIR:
        raise _wrong("It is a folder: only files stand in a package.", entry.name)
    names.add(entry.name)
    if not LEFT_OUT.isdisjoint(entry.name.split("/")[:-1]):
        raise _wrong("It stands in a folder that tools leave, which no package has.", entry.name)
    if entry.flags & (_ENCRYPTED | _STRONG | _MASKED):
        raise _wrong("It is encrypted.", entry.name)
    if entry.flags & _STREAMED:
        raise _wrong("Its size is told only after its content.", entry.name)
    if entry.method not in {_STORED, _DEFLATED}:
        raise _wrong("It is compressed in a way that a package is not.", entry.name)
    _check_size(entry)


def _check_size(entry: _Entry) -> None:
    if entry.method == _STORED and entry.packed != entry.size:
        raise _wrong("It says two sizes.", entry.name)
    if entry.size > MAX_BYTES:
        raise _wrong(f"It alone is larger than {MAX_BYTES // 1024 // 1024} MB.", entry.name)
    if entry.size > _RATIO_COUNTS and entry.size > MAX_RATIO * max(1, entry.packed):
        raise _wrong(f"It would become more than {MAX_RATIO} times as large.", entry.name)


def _members(data: bytes, entries: list[_Entry], end: int) -> Iterator[Member]:
    """Read the members in the order in which they stand, without a gap."""
    at = 0
    for entry in sorted(entries, key=lambda one: one.at):
        if entry.at != at:
            raise _wrong("Something stands before it, or it shares its bytes.", entry.name)
        start = _content_start(data, entry, end)
        at = start + entry.packed
        if at > end:
            raise _wrong("It is cut off.", entry.name)
        yield Member(entry.name, _content(data[start:at], entry))
    if at != end:
        raise _wrong("Something stands between its files and its table of contents.")


def _content_start(data: bytes, entry: _Entry, end: int) -> int:
    if entry.at + _LOCAL.size > end or not data.startswith(_LOCAL_MARK, entry.at):
        raise _wrong("It is not where the table of contents says.", entry.name)
    found = _LOCAL.unpack_from(data, entry.at)
    named, extra = int(found[9]), int(found[10])
    name_at = entry.at + _LOCAL.size
    start = name_at + named + extra
    said = (data[name_at : name_at + named], *found[2:4], *found[6:9])
    if start > end or said != (entry.raw, *entry[2:7]):
        raise _wrong("It and the table of contents say different things of it.", entry.name)
    _check_extra(data[name_at + named : start], entry.name)
    return start


def _content(packed: bytes, entry: _Entry) -> bytes:
    content = packed if entry.method == _STORED else _inflated(packed, entry)
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise _wrong("Its content is not what it says: it is damaged.", entry.name)
    return content


def _inflated(packed: bytes, entry: _Entry) -> bytes:
    reader = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = reader.decompress(packed, entry.size + 1)
    except zlib.error:
        raise _wrong("It cannot be decompressed: it is damaged.", entry.name) from None
    # More than it says, less than it says, or something behind its end.
    if not reader.eof or reader.unused_data or len(content) > entry.size:
        raise _wrong("It is larger or smaller than it says.", entry.name)
    return content


def _wrong(problem: str, member: str = "") -> PackageError:
    shown = member if member.isprintable() else member.encode("unicode_escape").decode()
    what = f"{shown[:200]}: {problem}" if member else f"This is no package: {problem}"
    return PackageError(what, where=shown[:200] or "archive", next=PACK_ANEW)
