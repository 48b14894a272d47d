"""What data of a plugin's must be like: one description for the check, the docs and the types.

A shape checks a value as it came out of JSON, and raises an error that names the place, such as
`blocks[2].options[0].label`. It also spells itself in TypeScript. Nothing here trusts the value: a
field that is not described is refused, whatever it is called.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from plexihub_sdk.errors import InputError

_SHOWN = 60


class Shape(ABC):
    """What a value must be like."""

    @abstractmethod
    def check(self, value: object, where: str) -> None:
        """See that a value fits.

        Raises:
            InputError: It does not; `where` names the part that is wrong.
        """

    @property
    @abstractmethod
    def ts(self) -> str:
        """Spell it in TypeScript."""

    @property
    @abstractmethod
    def says(self) -> str:
        """Say it to a person, such as `text of 1 to 80 characters`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Shape):
    """Text.

    Args:
        most: Characters at most.
        least: Characters at least.
        line: Whether it is one line of printable text.
        pattern: What the whole of it must match; empty for anything.
        like: An example of what matches.
    """

    most: int
    least: int = 1
    line: bool = True
    pattern: str = ""
    like: str = ""

    def check(self, value: object, where: str) -> None:
        """See that it is such a text."""
        if not isinstance(value, str) or not self.least <= len(value) <= self.most:
            raise _wrong(where, self)
        is_plain = value.isprintable() if self.line else "\0" not in value
        if not is_plain or (self.pattern and not re.fullmatch(self.pattern, value)):
            raise _wrong(where, self)

    @property
    def ts(self) -> str:
        """Spell it."""
        return "string"

    @property
    def says(self) -> str:
        """Say it."""
        if self.like:
            return f"text such as `{self.like}`, at most {self.most} characters"
        kind = "one line of" if self.line else "text of"
        return f"{kind} {self.least} to {self.most} characters"


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One of a few words."""

    words: tuple[str, ...]

    def check(self, value: object, where: str) -> None:
        """See that it is one of them."""
        if not isinstance(value, str) or value not in self.words:
            raise _wrong(where, self)

    @property
    def ts(self) -> str:
        """Spell it."""
        return " | ".join(f'"{word}"' for word in self.words)

    @property
    def says(self) -> str:
        """Say it."""
        return "one of " + ", ".join(f"`{word}`" for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Shape):
    """A finite number."""

    least: float = -1e15
    most: float = 1e15

    def check(self, value: object, where: str) -> None:
        """See that it lies between the bounds."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or not self.least <= value <= self.most:  # type: ignore[arg-type,operator]
            raise _wrong(where, self)

    @property
    def ts(self) -> str:
        """Spell it."""
        return "number"

    @property
    def says(self) -> str:
        """Say it."""
        return f"a number from {self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True)
class Flag(Shape):
    """True or false."""

    def check(self, value: object, where: str) -> None:
        """See that it is one of both."""
        if not isinstance(value, bool):
            raise _wrong(where, self)

    @property
    def ts(self) -> str:
        """Spell it."""
        return "boolean"

    @property
    def says(self) -> str:
        """Say it."""
        return "true or false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar(Shape):
    """Text, a number, true, false or nothing: what stands in one cell.

    Args:
        most: Characters of a text at most.
    """

    most: int = 1000

    def check(self, value: object, where: str) -> None:
        """See that it is no list, no object, and not too long."""
        is_short = len(value) <= self.most if isinstance(value, str) else True
        is_one = value is None or isinstance(value, str | int | float)
        if not is_one or not is_short or (isinstance(value, float) and not math.isfinite(value)):
            raise _wrong(where, self)

    @property
    def ts(self) -> str:
        """Spell it."""
        return "string | number | boolean | null"

    @property
    def says(self) -> str:
        """Say it."""
        return f"text of at most {self.most} characters, a number, true, false or null"


@dataclass(frozen=True, slots=True, kw_only=True)
class Many(Shape):
    """A list.

    Args:
        of: What each entry is.
        most: Entries at most.
        least: Entries at least.
    """

    of: Shape
    most: int
    least: int = 0

    def check(self, value: object, where: str) -> None:
        """See that each entry fits."""
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise _wrong(where, self)
        for index, one in enumerate(value):
            self.of.check(one, f"{where}[{index}]")

    @property
    def ts(self) -> str:
        """Spell it."""
        inner = self.of.ts
        return f"({inner})[]" if "|" in inner else f"{inner}[]"

    @property
    def says(self) -> str:
        """Say it."""
        return f"a list of {self.least} to {self.most}, each {self.of.says}"


@dataclass(frozen=True, slots=True)
class Part:
    """One field of an object.

    Args:
        name: Of the field, on the wire.
        shape: What its value is.
        doc: What it is for, one sentence.
        optional: Whether it may be left out.
    """

    name: str
    shape: Shape
    doc: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Record(Shape):
    """An object with these fields and no others.

    Args:
        name: In TypeScript.
        doc: What it is, one sentence.
        parts: Its fields.
    """

    name: str
    doc: str
    parts: tuple[Part, ...]

    def check(self, value: object, where: str) -> None:
        """See that the fields that must be are there, and each fits."""
        if not isinstance(value, Mapping):
            raise _wrong(where, self)
        known = {part.name: part for part in self.parts}
        for key in value:
            if key not in known:
                raise _unknown(key, where, tuple(known))
        for part in self.parts:
            if part.name in value:
                part.shape.check(value[part.name], f"{where}.{part.name}")
            elif not part.optional:
                missing = f"{where}.{part.name}"
                raise InputError(f"`{missing}` is missing: {part.shape.says}.", where=missing)

    @property
    def ts(self) -> str:
        """Spell its name."""
        return self.name

    @property
    def says(self) -> str:
        """Say it."""
        return "an object with " + ", ".join(f"`{part.name}`" for part in self.parts)


@dataclass(frozen=True, slots=True)
class Either(Shape):
    """One of several objects; the field `type` says which.

    Args:
        name: In TypeScript.
        records: By the value of `type`.
    """

    name: str
    records: Mapping[str, Record]

    def check(self, value: object, where: str) -> None:
        """See that it is one of them, and fits that."""
        if not isinstance(value, Mapping):
            raise _wrong(where, self)
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in self.records:
            raise InputError(
                f"`{where}.type` must be one of: {', '.join(self.records)}.{_hint(kind, self)}",
                where=f"{where}.type",
            )
        self.records[kind].check(value, where)

    @property
    def ts(self) -> str:
        """Spell its name."""
        return self.name

    @property
    def says(self) -> str:
        """Say it."""
        return "an object whose `type` is one of " + ", ".join(f"`{one}`" for one in self.records)


def size_of(value: object, where: str) -> int:
    """Count the bytes that a value has as JSON.

    Raises:
        InputError: It is no JSON, or too deep to be read.
    """
    try:
        return len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(f"`{where}` is no JSON.", where=where) from error


def _wrong(where: str, shape: Shape) -> InputError:
    return InputError(f"`{where}` must be {shape.says}.", where=where)


def _unknown(key: object, where: str, known: tuple[str, ...]) -> InputError:
    name = str(key)[:_SHOWN]
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return InputError(
        f"`{where}` has no field {name!r}.{hint}",
        where=f"{where}.{name}",
        next=f"It has: {', '.join(known)}.",
    )


def _hint(kind: object, either: Either) -> str:
    close = difflib.get_close_matches(str(kind)[:_SHOWN], list(either.records), n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
