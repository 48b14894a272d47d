"""Finds what is registered for a method and a path; registrations come and go while it runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from plexihub.kernel.ports import Undo
from plexihub_sdk.errors import ConflictError, InputError

T = TypeVar("T")
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
_PARAM = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}\Z")
_LITERAL = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%-]+\Z")


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """What was found.

    Args:
        value: For the method; None where the path is there for other methods only.
        params: Values of the path's `{names}`.
        allowed: The methods that the path is there for.
    """

    value: T | None
    params: dict[str, str]
    allowed: tuple[str, ...]


@dataclass(slots=True)
class _Place(Generic[T]):
    names: tuple[str | None, ...]
    segments: tuple[str, ...]
    values: dict[str, tuple[T, tuple[str | None, ...]]] = field(default_factory=dict)


class PathTable(Generic[T]):
    """Values by method and path; a literal segment goes before a `{name}`."""

    def __init__(self) -> None:
        self._literal: dict[str, _Place[T]] = {}
        self._patterns: dict[int, list[_Place[T]]] = {}

    def add(self, method: str, path: str, value: T) -> Undo:
        """Register a value.

        Raises:
            InputError: The method or the path cannot be.
            ConflictError: It is taken.
        """
        if method not in METHODS:
            raise InputError(
                f"{method!r} is no method for a route.",
                where="method",
                next=f"Use one of: {', '.join(sorted(METHODS))}.",
            )
        names, segments = _parse(path)
        place = self._place(names, segments) or self._new_place(names, segments)
        if method in place.values:
            raise ConflictError(f"{method} {path} is taken.", where=path, next="Choose another.")
        place.values[method] = (value, names)
        return lambda: self._remove(place, method)

    def _place(self, names: tuple[str | None, ...], segments: tuple[str, ...]) -> _Place[T] | None:
        if not any(names):
            return self._literal.get("/".join(segments))
        for place in self._patterns.get(len(segments), []):
            if place.segments == segments:
                return place
        return None

    def _new_place(self, names: tuple[str | None, ...], segments: tuple[str, ...]) -> _Place[T]:
        place: _Place[T] = _Place(names, segments)
        if not any(names):
            self._literal["/".join(segments)] = place
        else:
            places = self._patterns.setdefault(len(segments), [])
            places.append(place)
            places.sort(key=lambda one: [name is not None for name in one.names])
        return place

    def _remove(self, place: _Place[T], method: str) -> None:
        place.values.pop(method, None)
        if place.values:
            return
        if not any(place.names):
            self._literal.pop("/".join(place.segments), None)
        elif place in (places := self._patterns.get(len(place.segments), [])):
            places.remove(place)

    def find(self, method: str, path: str) -> Match[T] | None:
        """Find what is registered; None where the path is not there at all."""
        text = path[1:]
        if (place := self._literal.get(text)) is not None:
            return _match(place, method, ())
        segments = text.split("/")
        for place in self._patterns.get(len(segments), []):
            if _fits(place, segments):
                return _match(place, method, segments)
        return None

    def owner_of(self, method: str, path: str) -> T | None:
        """Answer what is registered for exactly this path, patterns compared as patterns."""
        names, segments = _parse(path)
        place = self._place(names, segments)
        found = place.values.get(method) if place else None
        return found[0] if found else None


def _parse(path: str) -> tuple[tuple[str | None, ...], tuple[str, ...]]:
    if not path.startswith("/"):
        raise InputError("A route's path begins with `/`.", where=path)
    names, segments = [], []
    for part in path[1:].split("/"):
        param = _PARAM.match(part)
        if param is None and not _LITERAL.match(part):
            raise InputError(
                f"{part!r} cannot be part of a route's path.",
                where=path,
                next="Write `/api/v1/notes/{note_id}`, for example.",
            )
        names.append(param[1] if param else None)
        segments.append("{}" if param else part)
    return tuple(names), tuple(segments)


def _fits(place: _Place[T], segments: list[str]) -> bool:
    return all(
        segment != "" if mine == "{}" else mine == segment
        for mine, segment in zip(place.segments, segments, strict=True)
    )


def _match(place: _Place[T], method: str, segments: list[str] | tuple[()]) -> Match[T]:
    found = place.values.get(method)
    if found is None:
        return Match(None, {}, tuple(sorted(place.values)))
    value, names = found
    params = {name: text for name, text in zip(names, segments, strict=False) if name}
    return Match(value, params, ())
