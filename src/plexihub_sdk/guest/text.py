"""Values of a plugin as JSON that the hub takes, and whether they nest too deeply."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import json
import re
import uuid
from typing import Any

from plexihub_sdk.wire import MAX_DEPTH

#: Integers beyond are no longer exact where the other language reads them.
MAX_INTEGER = 2**53 - 1
#: Bytes up to which a search costs less than reading the message again.
_SHORT = 16 * 1024
_LONG_NUMBER = re.compile(rb"\d{16}")


class TooDeepError(Exception):
    """Arrays and objects nest deeper than a message may."""


def encode(value: Any) -> bytes:
    """Write a plugin's value as JSON in UTF-8.

    Dates and times become text of ISO 8601, UUIDs and decimal numbers text, data classes objects,
    members of an enumeration their values. Half of a surrogate pair becomes U+FFFD.

    Raises:
        TypeError: It holds what JSON does not know.
        ValueError: It holds itself, a number that is none, or an integer beyond 2^53 - 1.
        TooDeepError: It nests deeper than 64 levels.
    """
    try:
        text = _encoder.encode(value)
    except RecursionError:
        raise TooDeepError from None
    try:
        body = text.encode()
    except UnicodeEncodeError:
        body = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    # Looking through the text clears nearly every short message; long ones are mostly text, and
    # reading them again costs less.
    if len(body) > _SHORT or _LONG_NUMBER.search(body):
        json.loads(body, parse_int=_safe)
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _is_deeper(json.loads(body)):
        raise TooDeepError
    return body


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    kind = type(value).__name__
    raise TypeError(
        f"a value of type {kind} cannot be sent to the hub: use text, numbers, lists and "
        "dictionaries"
    )


_encoder = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain
)


def _safe(digits: str) -> int:
    number = int(digits)
    if abs(number) > MAX_INTEGER:
        raise ValueError(f"the integer {digits[:40]} is beyond 2^53 - 1: send it as text")
    return number


def _is_deeper(value: Any) -> bool:
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return False
    return True
