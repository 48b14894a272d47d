"""What a `requirements.txt` may say: exact versions with their checksums, and nothing else.

The file belongs to whoever wrote the plugin, who need not be the one who packs it. An installer
obeys options in it, and builds what is named by path or address: either runs a stranger's program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub_sdk.errors import PackageError

MOST_BYTES = 1024 * 1024
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_EXTRAS = rf"\[ *{_NAME}(?: *, *{_NAME})* *\]"
_VERSION = r"[A-Za-z0-9][A-Za-z0-9.+!_-]*"
#: Without `--`, which begins an option of the installer's.
_MARKER = r"(?:(?!--)[\w .'\"<>=!()~-])+"
_HASH = r"--hash=sha256:[0-9a-f]{64}"
_LINE = re.compile(
    rf"{_NAME} *(?:{_EXTRAS})? *== *{_VERSION} *(?:; *{_MARKER}?)?(?: +{_HASH})+", re.ASCII
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")


def read_requirements(content: bytes, where: str) -> str:
    """Answer the requirements, one a line.

    Args:
        content: Of the file.
        where: Its name.

    Raises:
        PackageError: A line is something else than an exact version with its checksums.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PackageError(f"{where} is no text in UTF-8.", where=where) from None
    if len(content) > MOST_BYTES:
        raise PackageError(f"{where} is larger than {MOST_BYTES} bytes.", where=where)
    return "".join(f"{_checked(line, f'{where}:{at}')}\n" for at, line in _lines(text))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give each logical line with the number of its first; a backslash joins it to the next."""
    joined, began = "", 0
    for at, line in enumerate(text.split("\n"), 1):
        bare = _COMMENT.sub("", line).rstrip()
        began = began if joined else at
        if bare.endswith("\\"):
            joined += f"{bare[:-1].strip()} "
            continue
        if whole := f"{joined}{bare.strip()}".strip():
            yield began, whole
        joined = ""
    if joined.strip():
        yield began, joined.strip()


def _checked(line: str, where: str) -> str:
    if _LINE.fullmatch(line):
        return line
    raise PackageError(
        f"{line[:100]!r} is no exact version with its checksum.",
        where=where,
        next="Each line is NAME==VERSION --hash=sha256:…; options, paths and addresses are not"
        " taken. An index of your own stands in your installer's settings, such as UV_INDEX_URL.",
    )
