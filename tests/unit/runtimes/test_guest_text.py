"""What the Python guest writes is what the standard library's encoder writes, or is refused."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pytest

from plexihub_sdk.guest.text import TooDeepError, encode

MOST = 2**53 - 1


class Colour(Enum):
    """A value that is text in JSON."""

    RED = "red"


class Text(str):
    """Text of a class of its own."""

    __slots__ = ()


@dataclass
class Point:
    """An object in JSON."""

    x: Any


def nested(depth: int, inside: Any = None) -> Any:
    """Put a value into so many lists."""
    value = inside
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "text",
    [
        "plain " * 2000,
        'quoted " ' * 2000,
        "back\\slash" * 2000,
        "line\n" * 2000,
        "\x00" + "x" * 9000,
        "x" * 9000 + "\x1f",
        "ünï ✓ " * 2000,
        "😀" * 5000,
        Text("own class" * 1000),
        "1" * 9000,
    ],
    ids=lambda text: repr(text[:12]),
)
@pytest.mark.parametrize("wrapped", [lambda text: text, lambda text: {"a": 1, "text": text}])
def test_long_text_is_written_as_the_standard_library_writes_it(text: str, wrapped: Any) -> None:
    """Whatever is in it, and wherever it stands."""
    value = wrapped(text)
    body = encode(value)
    assert body.decode() == json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def test_half_of_a_pair_in_a_long_text_becomes_the_replacement_character() -> None:
    """As in a short one."""
    assert json.loads(encode({"text": "x" * 9000 + "\ud800"}))["text"][-1] == "\ufffd"


@pytest.mark.parametrize("number", [MOST + 1, -MOST - 1, 10**40])
@pytest.mark.parametrize(
    "hide",
    [
        lambda number: number,
        lambda number: {"text": "x" * 50_000, "number": number},
        lambda number: {"text": "x" * 50_000, "deep": [{"a": (1, [number])}]},
        lambda number: {"text": "x" * 50_000, "point": Point(number)},
        lambda number: [*range(20_000), number],
    ],
    ids=["alone", "beside text", "deeper", "in a data class", "in a long list"],
)
def test_number_that_is_too_long_is_found_wherever_it_stands(number: int, hide: Any) -> None:
    """Looking for it costs little, and misses none."""
    with pytest.raises(ValueError, match="beyond 2\\^53"):
        encode(hide(number))


@pytest.mark.parametrize(
    "value",
    [MOST, -MOST, "9" * 40, {"9" * 40: 1}, 0.1234567890123456789, {"t": "x" * 50_000, "n": -MOST}],
)
def test_what_only_looks_like_a_long_number_is_sent(value: Any) -> None:
    """Digits in text, in keys and in fractions are no integers."""
    assert json.loads(encode(value)) == value


@pytest.mark.parametrize(
    "inside", [None, "[" * 100, Colour.RED, dt.date(2026, 1, 2), Text("own")], ids=repr
)
def test_depth_is_that_of_what_is_written(inside: Any) -> None:
    """Values that become text have none, and brackets in text are none."""
    beside = ["{[" * 40]
    assert encode([nested(63, inside), beside])
    with pytest.raises(TooDeepError):
        encode([nested(64, inside), beside])


def test_data_class_counts_as_the_object_that_it_becomes() -> None:
    """One level, and what is in it another."""
    beside = ["[" * 100]
    assert encode([beside, nested(62, Point(1))])
    with pytest.raises(TooDeepError):
        encode([beside, nested(63, Point(1))])
