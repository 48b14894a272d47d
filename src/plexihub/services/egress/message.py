"""The headers of a plugin's request and of the answer: checked before one byte of them goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from plexihub_sdk.errors import InputError, TooLargeError

MOST_HEADERS = 64
MOST_ANSWERED = 200
LONGEST_NAME = 100
LONGEST_VALUE = 8192
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+\Z")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*\Z")
#: They say how a message is carried, or whom it is for: the hub's to set.
FORBIDDEN = frozenset(
    {
        *("host", "connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade"),
        *("transfer-encoding", "content-length", "expect", "http2-settings", "via", "forwarded"),
        *("accept-encoding", "proxy-authorization", "proxy-authenticate", "x-forwarded-for"),
        *("x-forwarded-host", "x-forwarded-proto", "x-real-ip"),
    }
)


def check_headers(given: Mapping[str, str]) -> dict[str, str]:
    """Check a plugin's headers, and answer them with names in lower case.

    Raises:
        InputError: There are too many, one is the hub's to set, or is none.
    """
    if len(given) > MOST_HEADERS:
        raise InputError(f"There are more than {MOST_HEADERS} headers.", where="headers")
    found: dict[str, str] = {}
    for name, value in given.items():
        low = name.lower()
        if len(name) > LONGEST_NAME or not _NAME.match(name):
            raise InputError(f"{name[:LONGEST_NAME]!r} is no header's name.", where="headers")
        if low in FORBIDDEN or low.startswith(("proxy-", "sec-")):
            raise InputError(f"The header {low!r} is the hub's to set.", where=f"headers.{low}")
        if low in found:
            raise InputError(f"The header {low!r} is given twice.", where=f"headers.{low}")
        if len(value) > LONGEST_VALUE or not _VALUE.match(value):
            raise InputError(
                f"A header is one line of Latin-1 text, {LONGEST_VALUE} characters at most.",
                where=f"headers.{low}",
            )
        found[low] = value.strip(" \t")
    return found


def answered(headers: Iterable[tuple[bytes, bytes]], where: str) -> dict[str, str]:
    """Read an answer's headers; several of one name are one, with commas.

    Raises:
        TooLargeError: There are too many.
    """
    found: dict[str, str] = {}
    for count, (name, value) in enumerate(headers):
        if count >= MOST_ANSWERED:
            raise TooLargeError(f"The answer has more than {MOST_ANSWERED} headers.", where=where)
        low, text = name.decode("latin-1").lower(), value.decode("latin-1")
        found[low] = f"{found[low]}, {text}" if low in found else text
    return found
