"""What a file is, by its first bytes and not by its name."""

from __future__ import annotations

_FIRST: tuple[tuple[bytes, str], ...] = (
    (b"\x7fELF", "a program of Linux (ELF)"),
    (b"MZ", "a program of Windows (PE)"),
    (b"\xfe\xed\xfa\xce", "a program of macOS (Mach-O)"),
    (b"\xfe\xed\xfa\xcf", "a program of macOS (Mach-O)"),
    (b"\xce\xfa\xed\xfe", "a program of macOS (Mach-O)"),
    (b"\xcf\xfa\xed\xfe", "a program of macOS (Mach-O)"),
    (b"\xca\xfe\xba\xbe", "a program of macOS or Java"),
    (b"!<arch>\n", "a native library (ar)"),
    (b"dex\n", "a program of Android"),
)
_ARCHIVES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
)
_IMAGES: dict[str, tuple[bytes, ...]] = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
    ".ico": (b"\x00\x00\x01\x00",),
    ".woff": (b"wOFF",),
    ".woff2": (b"wOF2",),
    ".pdf": (b"%PDF-",),
}
_PE_HEADER = 64


def native(data: bytes) -> str:
    """Say which native program this is; empty for none."""
    for first, name in _FIRST:
        if data.startswith(first):
            return name if first != b"MZ" or _is_pe(data) else ""
    return ""


def _is_pe(data: bytes) -> bool:
    """Whether the header leads to another: two letters alone may begin a text."""
    at = int.from_bytes(data[60:64], "little") if len(data) >= _PE_HEADER else -1
    return data[at : at + 4] == b"PE\0\0" if 0 <= at < len(data) else b"\0" in data[:_PE_HEADER]


def archive(data: bytes) -> str:
    """Say which archive this is; empty for none."""
    if data[257:262] == b"ustar":
        return "a tar archive"
    return next((name for first, name in _ARCHIVES if data.startswith(first)), "")


def is_image_of(suffix: str, data: bytes) -> bool:
    """Whether a file is what its name says; True where the name says nothing that can be told."""
    firsts = _IMAGES.get(suffix)
    return firsts is None or data.startswith(firsts)
