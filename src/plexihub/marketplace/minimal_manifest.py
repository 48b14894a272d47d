"""Writes other permissions into a `plugin.json`, and leaves every other sign of it as it stands.

Order, indentation, line ends and what stands between the fields are the author's. Permissions that
stay are written as they were.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexihub_sdk.errors import InputError, ManifestError
from plexihub_sdk.manifest import parse_manifest, read_json

FIELD = "permissions"
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
#: A list longer than this is written one to a line, where nothing says how the author writes it.
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class _Value:
    """A value in a text: where it stands, and what it is."""

    start: int
    end: int
    value: Any


def write_permissions(manifest: Path, wanted: Sequence[Any]) -> bool:
    """Let a `plugin.json` ask for these permissions, and tell whether that changed it.

    Args:
        manifest: The file.
        wanted: As they stand under `permissions`: names, or objects with a name and a scope.

    Raises:
        InputError: The file cannot be read or written.
        ManifestError: It is no manifest, before or after; then it stays as it is.
    """
    try:
        content = manifest.read_bytes()
        before = content.decode("utf-8")
        read_json(content)
        after = with_permissions(before, wanted)
        parse_manifest(read_json(after.encode()))
        if after != before:
            _replace(manifest, after.encode())
    except (OSError, UnicodeError) as error:
        raise InputError(
            f"{manifest} cannot be written: {error}.",
            where=manifest.name,
            next="A plugin of one file says its permissions in its code: change them there.",
        ) from error
    return after != before


def with_permissions(text: str, wanted: Sequence[Any]) -> str:
    """Write a manifest's text with these permissions.

    Args:
        text: Of a `plugin.json`: one JSON object.
        wanted: What stands under `permissions` then.

    Raises:
        ManifestError: It is no JSON object.
    """
    try:
        fields = dict(_fields(text))
    except (ValueError, IndexError) as error:
        raise ManifestError(f"plugin.json is no JSON: {error}.", where="plugin.json") from None
    there = fields.get(FIELD)
    if there is None:
        return _inserted(text, fields, wanted)
    if there.value == list(wanted):
        return text
    written = _written(text, there, wanted)
    return text[: there.start] + written + text[there.end :]


def _replace(path: Path, content: bytes) -> None:
    # Beside it and renamed: an editor or a hub that looks now sees the one or the other, whole.
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.chmod(path.stat().st_mode & 0o777)
    beside.replace(path)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _fields(text: str) -> Iterator[tuple[str, _Value]]:
    at = _skip(text, 0)
    if text[at] != "{":
        raise ValueError("it is no object")
    at = _skip(text, at + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        at = _skip(text, at + 1)  # the colon
        value, end = _DECODER.raw_decode(text, at)
        yield str(name), _Value(at, end, value)
        at = _after_comma(text, end)


def _items(text: str, array: _Value) -> Iterator[_Value]:
    at = _skip(text, array.start + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield _Value(at, end, value)
        at = _after_comma(text, end)


def _after_comma(text: str, at: int) -> int:
    at = _skip(text, at)
    return _skip(text, at + 1) if text[at] == "," else at


def _written(text: str, there: _Value, wanted: Sequence[Any]) -> str:
    is_list = isinstance(there.value, list)
    kept = (
        [(one.value, text[one.start : one.end]) for one in _items(text, there)] if is_list else []
    )
    texts = [next((old for value, old in kept if value == one), None) for one in wanted]
    parts = [old or _json(one) for one, old in zip(wanted, texts, strict=True)]
    if not parts:
        return "[]"
    own = text[there.start : there.end]
    newline = "\r\n" if "\r\n" in text else "\n"
    margin = _margin(text, there.start)
    found = re.match(r"\[[ \t]*\r?\n([ \t]*)\S", own)
    if found is None:
        line = f"[{', '.join(parts)}]"
        if kept or len(line) <= _LONGEST:
            return line
    inner = found[1] if found else margin * 2
    joined = f",{newline}{inner}".join(parts)
    return f"[{newline}{inner}{joined}{newline}{margin}]"


def _inserted(text: str, fields: dict[str, _Value], wanted: Sequence[Any]) -> str:
    if not fields:
        raise ManifestError("plugin.json names no field.", where="plugin.json")
    last = fields.get("version") or [*fields.values()][-1]
    margin = _margin(text, last.start)
    newline = "\r\n" if "\r\n" in text else "\n"
    between = f",{newline}{margin}" if newline in text else ", "
    array = f"[{', '.join(map(_json, wanted))}]"
    return f'{text[: last.end]}{between}"{FIELD}": {array}{text[last.end :]}'


def _margin(text: str, at: int) -> str:
    """Answer the white space with which the line begins in which a field stands."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
