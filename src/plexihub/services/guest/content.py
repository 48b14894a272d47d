"""How the content of files crosses the wall: as text, or as base64, a range at a time."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any, Literal

import msgspec

from plexihub.services.storage import MOST_BYTES
from plexihub_sdk.errors import InputError

Encoding = Literal["text", "base64"]
Offset = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Length = Annotated[int, msgspec.Meta(ge=1, le=MOST_BYTES)]
#: Files of plugins that are read at one time: what was read stays in memory until it is sent.
AT_ONCE = 4
_TAIL = 4  # bytes of the longest sign in UTF-8


def read_content(content: str, encoding: Encoding) -> bytes:
    """Read what is to be written.

    Raises:
        InputError: It is no base64, or larger than one call may bring.
    """
    try:
        data = content.encode() if encoding == "text" else base64.b64decode(content, validate=True)
    except binascii.Error as error:
        raise InputError(f"The content is no base64: {error}.", where="content") from None
    if len(data) > MOST_BYTES:
        raise InputError(
            f"One call writes {MOST_BYTES:,} bytes at most.",
            where="content",
            next="Write the rest with `append`.",
        )
    return data


def show_content(data: bytes, size: int, offset: int, encoding: Encoding) -> dict[str, Any]:
    """Show a range of a file.

    Args:
        data: The range.
        size: Of the whole file, in bytes.
        offset: Where the range begins.
        encoding: As what it is shown.

    Raises:
        InputError: It is to be text, and is none.
    """
    if encoding == "base64":
        text = base64.b64encode(data).decode()
    else:
        data = _whole_signs(data, last=offset + len(data) >= size)
        try:
            text = data.decode()
        except UnicodeDecodeError:
            raise InputError(
                "This part of the file is no text in UTF-8.",
                where="encoding",
                next='Read it with the encoding "base64".',
            ) from None
    end = offset + len(data)
    return {"content": text, "size": size, "next": end if end < size and data else None}


def _whole_signs(data: bytes, *, last: bool) -> bytes:
    """Leave out the beginning of a sign whose end lies behind the range."""
    if last:
        return data
    for back in range(1, min(_TAIL, len(data)) + 1):
        first = data[-back]
        if first >= 0xC0:  # noqa: PLR2004 - begins a sign of several bytes
            length = 2 if first < 0xE0 else 3 if first < 0xF0 else 4  # noqa: PLR2004
            return data[:-back] if length > back else data
        if first < 0x80:  # noqa: PLR2004 - a sign of one byte
            return data
    return data
