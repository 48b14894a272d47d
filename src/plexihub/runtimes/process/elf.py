"""Which files a program needs to run: its loader and its libraries, as the program names them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

_HEADER = struct.Struct("<16sHHIQQQIHHHHHH")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_ENTRY = struct.Struct("<qQ")
_MAGIC = b"\x7fELF\x02\x01"
_LONGEST_NAME = 256
_LOAD, _DYNAMIC, _INTERPRETER = 1, 2, 3
_END, _NEEDED, _STRINGS = 0, 1, 5
_FOLDERS = (
    "/lib/{machine}-linux-gnu",
    "/usr/lib/{machine}-linux-gnu",
    "/lib64",
    "/usr/lib64",
    "/lib",
    "/usr/lib",
)
_MACHINES = {62: "x86_64", 183: "aarch64"}


@cache
def needed_files(program: Path) -> tuple[Path, ...]:
    """Answer the loader of a program, and every library that it and they need.

    Args:
        program: Of 64 bits, little-endian.

    Raises:
        OSError: It cannot be read, is no such program, or a library is missing.
    """
    found: dict[str, Path] = {}
    waiting = [program]
    loader: list[Path] = []
    while waiting:
        file = waiting.pop()
        machine, interpreter, names = _read(file)
        if file == program and interpreter:
            loader.append(Path(interpreter))
            found[Path(interpreter).name] = Path(interpreter)
        for name in names:
            if name not in found:
                found[name] = _find(name, machine, program)
                waiting.append(found[name])
    return tuple(dict.fromkeys([*loader, *found.values()]))


def _find(name: str, machine: str, program: Path) -> Path:
    for folder in _FOLDERS:
        path = Path(folder.format(machine=machine), name)
        if path.is_file():
            return path
    raise FileNotFoundError(f"{program} needs the library {name}, which is not there")


def _read(path: Path) -> tuple[str, str, list[str]]:
    """Answer the machine, the loader (empty for none) and the names of libraries."""
    with path.open("rb") as file:
        image = _Image(file)
        return _MACHINES.get(image.machine, ""), image.interpreter(), list(image.libraries())


class _Image:
    """The tables of one program or library.

    Args:
        file: Open for reading.

    Raises:
        OSError: It is no program of 64 bits.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        header = file.read(_HEADER.size)
        if header[:6] != _MAGIC:
            raise OSError(f"{file.name} is no program of 64 bits")
        fields = _HEADER.unpack(header)
        offset, size, count = fields[5], fields[9], fields[10]
        self.machine: int = fields[2]
        self._segments = [_SEGMENT.unpack(self._at(offset + n * size, size)) for n in range(count)]

    def interpreter(self) -> str:
        """Answer the loader's path; empty for a library."""
        return _text(self._segment(_INTERPRETER))

    def libraries(self) -> Iterator[str]:
        """Name the libraries that it needs."""
        entries = list(_entries(self._segment(_DYNAMIC)))
        strings = next((self._place(value) for tag, value in entries if tag == _STRINGS), 0)
        for tag, value in entries:
            if tag == _NEEDED:
                yield _text(self._at(strings + value, _LONGEST_NAME))

    def _at(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(size)

    def _segment(self, kind: int) -> bytes:
        for segment in self._segments:
            if segment[0] == kind:
                return self._at(segment[2], segment[5])
        return b""

    def _place(self, address: int) -> int:
        """Answer where in the file an address in memory comes from."""
        for kind, _, offset, start, _, size, *_ in self._segments:
            if kind == _LOAD and 0 <= address - start < size:
                return int(address - start + offset)
        raise OSError(f"{self._file.name} is damaged")


def _text(chunk: bytes) -> str:
    return chunk.split(b"\0")[0].decode()


def _entries(dynamic: bytes) -> Iterator[tuple[int, int]]:
    whole = len(dynamic) // _ENTRY.size * _ENTRY.size
    for tag, value in _ENTRY.iter_unpack(dynamic[:whole]):
        if tag == _END:
            return
        yield tag, value
