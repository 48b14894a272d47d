"""Values of a plugin as JSON that the hub takes, and whether they nest too deeply."""

from __future__ import annotations

import dataclasses
import datetime as dt
import decimal
import enum
import json
import uuid
from json.encoder import c_make_encoder, encode_basestring  # type: ignore[attr-defined]
from typing import Any

from plexihub_sdk.wire import MAX_DEPTH

#: Integers beyond are no longer exact where the other language reads them.
MAX_INTEGER = 2**53 - 1
#: Characters from which a look for what must be escaped costs less than writing one by one.
_LONG = 4096
_ESCAPED = tuple(map(chr, (ord('"'), ord("\\"), *range(0x20))))
#: Every digit as a nought: a long number is then a piece of text that can be looked for.
_DIGITS = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_NUMBER = b"0" * len(str(MAX_INTEGER))
#: Bytes of a message for each of its values from which the values are looked at instead.
_MOSTLY_TEXT = 1024
_NUMBERLESS = frozenset({str, bool, float, type(None)})
_LEAVES = _NUMBERLESS | {int}
_CONTAINERS = frozenset({dict, list, tuple})


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
        text = _write(value)
    except RecursionError:
        raise TooDeepError from None
    try:
        body = text.encode()
    except UnicodeEncodeError:
        body = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()
    if _may_hold_long_number(value, body):
        json.loads(body, parse_int=_safe)
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _is_deeper(value, body):
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


def _write(value: Any) -> str:
    # As `json.JSONEncoder` without a float that is none, and with a choice for long texts.
    quote = _quote if _has_long_text(value) else encode_basestring
    write = c_make_encoder({}, _plain, quote, None, ":", ",", False, False, False)
    return "".join(write(value, 0))


def _quote(text: str) -> str:
    # Sixteen times as fast where nothing is to be escaped, such as in a file as Base64.
    if len(text) < _LONG or type(text) is not str or any(each in text for each in _ESCAPED):
        return encode_basestring(text)
    return f'"{text}"'


def _has_long_text(value: Any) -> bool:
    if type(value) is dict:
        # Where there are more, they are rarely long.
        if len(value) <= MAX_DEPTH:
            for each in value.values():
                if type(each) is str and len(each) >= _LONG:
                    return True
        return False
    return type(value) is str and len(value) >= _LONG


def _may_hold_long_number(value: Any, body: bytes) -> bool:
    if len(body) > _MOSTLY_TEXT and _is_without_numbers(value, len(body) // _MOSTLY_TEXT):
        return False
    return _LONG_NUMBER in body.translate(_DIGITS)


def _is_without_numbers(value: Any, most: int) -> bool:
    """Look at a few values; answer whether these were all and no number was too long."""
    level = [value]
    while level and (most := most - len(level)) >= 0:
        inner: list[Any] = []
        for each in level:
            kind = type(each)
            if kind is dict:
                if any(type(key) is not str for key in each):
                    return False
                inner += each.values()
            elif kind is list or kind is tuple:
                inner += each
            elif kind not in _NUMBERLESS and not (kind is int and abs(each) <= MAX_INTEGER):
                return False
        level = inner
    return not level


def _safe(digits: str) -> int:
    number = int(digits)
    if abs(number) > MAX_INTEGER:
        raise ValueError(f"the integer {digits[:40]} is beyond 2^53 - 1: send it as text")
    return number


def _is_deeper(value: Any, body: bytes) -> bool:
    level = [value] if type(value) not in _LEAVES else []
    for _ in range(MAX_DEPTH + 1):
        if not level:
            return False
        if any(type(node) not in _CONTAINERS for node in level):
            # A value that only the encoder understands: what it wrote is looked at.
            return _is_deeper(json.loads(body), body)
        level = [
            child
            for node in level
            for child in (node.values() if type(node) is dict else node)
            if type(child) not in _LEAVES
        ]
    return True
