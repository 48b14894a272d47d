"""Reads a policy file: TOML, one `[[rule]]` after another, each mistake with its line.

[[rule]]
name = "Weather may call its service"
plugins = ["weather"]
permissions = ["network:fetch"]
within = { hosts = ["*.example.com"], methods = ["GET"] }
decision = "grant"
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from plexihub.kernel.permissions.standing import StandingPolicy, StandingRule, Verdict
from plexihub_sdk.errors import ConfigError
from plexihub_sdk.permissions import PERMISSIONS
from plexihub_sdk.scopes import Scope, ScopeError, parse_scope

MOST_BYTES = 256 * 1024
MOST_RULES = 500
MOST_NAMES = 200
DECISIONS: tuple[str, ...] = get_args(Verdict)
RISKS = ("low", "medium", "high")
LISTS = ("plugins", "authors", "digests", "permissions", "risks")
FIELDS = ("name", "decision", *LISTS, "within")
_HEADER = re.compile(r"\s*\[\[\s*(?:rule|\"rule\"|'rule')\s*\]\]")
_AT_LINE = re.compile(r"at line (\d+)")


def read_standing(path: Path) -> StandingPolicy:
    """Read the rules of a file; blocks.

    Raises:
        ConfigError: The file cannot be read, or a rule is wrong; `where` is file and line.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _wrong(str(path), f"The policy file cannot be read: {error.strerror}.") from None
    if len(raw) > MOST_BYTES:
        raise _wrong(str(path), f"A policy file has {MOST_BYTES} bytes at most.")
    try:
        text = raw.decode()
        return parse_standing(text, str(path))
    except UnicodeDecodeError:
        raise _wrong(str(path), "A policy file is text in UTF-8.") from None


def parse_standing(text: str, file: str) -> StandingPolicy:
    """Read the rules of a text.

    Args:
        text: TOML.
        file: Its name, for messages and the audit.

    Raises:
        ConfigError: It is no TOML, or a rule is wrong; `where` is file and line.
    """
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = _AT_LINE.search(str(error))
        place = f"{file}:{line[1]}" if line else file
        raise _wrong(place, f"The policy file is no TOML: {error}.") from None
    rules = said.get("rule", [])
    lines = _Lines(file, text)
    for key in said:
        if key not in {"rule", "$schema"}:
            raise _wrong(lines.key(None, key), f"Unknown field {key!r}; rules stand in [[rule]].")
    if not isinstance(rules, list) or len(rules) > MOST_RULES:
        raise _wrong(file, f"Rules stand in [[rule]], {MOST_RULES} at most.")
    return StandingPolicy(tuple(_rule(one, index, lines) for index, one in enumerate(rules)))


class _Lines:
    """Finds the line of a field, which the reader of TOML does not tell."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._lines = text.splitlines()
        self._starts = [at for at, line in enumerate(self._lines) if _HEADER.match(line)]

    def key(self, rule: int | None, name: str) -> str:
        """Answer file and line of a field; of its rule where the field is not found."""
        known = rule is not None and rule < len(self._starts)
        start = self._starts[rule] if known and rule is not None else 0
        later = self._starts[rule + 1 :] if known and rule is not None else self._starts
        end = later[0] if later else len(self._lines)
        pattern = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*[.=]")
        found = (at for at in range(start, end) if pattern.match(self._lines[at]))
        return f"{self._file}:{next(found, start) + 1}"

    def rule(self, rule: int) -> str:
        """Answer file and line of a rule."""
        return self.key(rule, "[[")


def _rule(said: object, index: int, lines: _Lines) -> StandingRule:
    place = lines.rule(index)
    if not isinstance(said, Mapping):
        raise _wrong(place, "A rule is a table: [[rule]].")
    for key in said:
        if key not in FIELDS:
            close = difflib.get_close_matches(key, FIELDS, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise _wrong(lines.key(index, key), f"Unknown field {key!r} of a rule.{hint}")
    decision = said.get("decision")
    if decision not in DECISIONS:
        raise _wrong(lines.key(index, "decision"), "`decision` is grant, refuse or ask.")
    name = said.get("name", f"rule {index + 1}")
    if not isinstance(name, str) or not 0 < len(name) <= MOST_NAMES:
        raise _wrong(lines.key(index, "name"), f"`name` is a text of 1 to {MOST_NAMES} characters.")
    found = {key: _names(said[key], key, lines.key(index, key)) for key in LISTS if key in said}
    rule = StandingRule(
        name=name,
        place=place,
        decision=decision,
        within=_within(said.get("within"), found, lines.key(index, "within")),
        **found,
    )
    _check_sense(rule, index, lines)
    return rule


def _names(value: object, key: str, place: str) -> frozenset[str]:
    fits = isinstance(value, list) and all(isinstance(one, str) and one for one in value)
    if not fits or not isinstance(value, list) or not 0 < len(value) <= MOST_NAMES:
        raise _wrong(place, f"`{key}` is a list of 1 to {MOST_NAMES} texts.")
    known = {"permissions": tuple(PERMISSIONS), "risks": RISKS}.get(key)
    for one in value:
        if known is not None and one not in known:
            close = difflib.get_close_matches(one, known, n=1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise _wrong(place, f"There is no {key.removesuffix('s')} {one[:100]!r}.{hint}")
    return frozenset(value)


def _within(value: object, found: Mapping[str, frozenset[str]], place: str) -> Mapping[str, Scope]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not found.get("permissions"):
        raise _wrong(place, "`within` is a table, in a rule that names its `permissions`.")
    try:
        return {name: parse_scope(name, value) for name in found["permissions"]}
    except ScopeError as error:
        raise _wrong(place, str(error)) from None


def _check_sense(rule: StandingRule, index: int, lines: _Lines) -> None:
    if rule.decision == "refuse" and rule.within:
        raise _wrong(
            lines.key(index, "within"),
            "A rule that refuses has no `within`: whoever asks for more would pass it.",
            "Grant what is within in a rule before it, and refuse the permission whole here.",
        )
    if rule.decision == "grant" and not (rule.plugins or rule.digests or not rule.authors):
        raise _wrong(
            lines.key(index, "authors"),
            "A rule that grants cannot go by `authors` alone: every package names its own.",
            "Name the plugins or the digests of their files as well.",
        )


def _wrong(place: str, message: str, next: str = "") -> ConfigError:  # noqa: A002 - as the error says
    return ConfigError(message, where=place, next=next or "See docs/permissions.md, Policy file.")
