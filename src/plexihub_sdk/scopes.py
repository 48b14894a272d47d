"""How far a permission goes: which hosts of `network:fetch`, which models of `data:read`.

A manifest asks for a permission whole, by its name, or within a scope, by an object:
`{"name": "network:fetch", "hosts": ["api.example.com"], "methods": ["GET"]}`. A field that is not
there has no limit. What is granted is the scope that was shown; what counts is what both have in
common.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plexihub_sdk.patterns import METHODS, Hosts, Kind, Paths, Words

#: The patterns of each field that has a limit; a field without a pattern allows nothing.
Scope = Mapping[str, tuple[str, ...]]
WHOLE: Scope = {}
MOST_PATTERNS = 100


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a scope.

    Args:
        kind: What its patterns are.
        says: Goes before the patterns, for the person who decides.
    """

    kind: Kind
    says: str


_MODELS = {"models": Field(Words("is no model: its name is such as 'users'."), "only the models")}

#: The permissions that can have a scope, and its fields.
FIELDS: dict[str, dict[str, Field]] = {
    "network:fetch": {
        "hosts": Field(Hosts(), "only the hosts"),
        "methods": Field(Words(f"is none of {', '.join(METHODS)}.", METHODS), "only by"),
        "paths": Field(Paths(), "only the paths"),
    },
    "data:read": _MODELS,
    "data:write": _MODELS,
}


class ScopeError(ValueError):
    """A scope that is none.

    Args:
        message: What is wrong.
        field: Where, below the permission.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


def parse_scope(permission: str, given: Mapping[str, Any]) -> Scope:
    """Check the fields of a scope.

    Args:
        permission: Whose scope it is.
        given: Field to list of patterns.

    Raises:
        ScopeError: A field is unknown, or a pattern is none.
    """
    known = FIELDS.get(permission, {})
    found: dict[str, tuple[str, ...]] = {}
    for name, patterns in given.items():
        if name not in known:
            raise ScopeError(_unknown(permission, str(name)[:100], tuple(known)), str(name)[:100])
        if not isinstance(patterns, list | tuple) or not 0 < len(patterns) <= MOST_PATTERNS:
            raise ScopeError(f"`{name}` must be a list of 1 to {MOST_PATTERNS} texts.", name)
        checked = (_checked(known[name].kind, one, name) for one in patterns)
        found[name] = tuple(dict.fromkeys(checked))
    return found


def _unknown(permission: str, name: str, known: tuple[str, ...]) -> str:
    if not known:
        return f"{permission!r} has no scope: ask for it by its name alone."
    close = difflib.get_close_matches(name, known, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"Unknown field {name!r} of {permission!r}.{hint} Known: {', '.join(known)}."


def _checked(kind: Kind, pattern: object, field: str) -> str:
    shown = f"{str(pattern)[:100]!r}"
    if not isinstance(pattern, str):
        raise ScopeError(f"{shown} is no text.", field)
    try:
        return kind.check(pattern)
    except ValueError as error:
        known = kind.known if isinstance(kind, Words) else ()
        close = difflib.get_close_matches(pattern[:100].upper(), known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ScopeError(f"{shown} {error}{hint}", field) from None


def meet(permission: str, one: Scope, other: Scope) -> Scope:
    """Answer what two scopes of a permission have in common."""
    found: dict[str, tuple[str, ...]] = {}
    for name, field in FIELDS.get(permission, {}).items():
        if name in one and name in other:
            pairs = (field.kind.meet(mine, its) for mine in one[name] for its in other[name])
            found[name] = tuple(dict.fromkeys(both for both in pairs if both is not None))
        elif name in one or name in other:
            found[name] = one[name] if name in one else other[name]
    return found


def allows(permission: str, scope: Scope, field: str, value: str) -> bool:
    """Tell whether a scope has room for one value.

    Args:
        permission: Whose scope it is.
        scope: The scope.
        field: Such as `hosts`.
        value: Written as a pattern without `*`: a host with its port where that is not 80 or 443.
    """
    if field not in scope:
        return True
    kind = FIELDS[permission][field].kind
    return any(kind.meet(pattern, value) == value for pattern in scope[field])


def is_within(permission: str, inner: Scope, outer: Scope) -> bool:
    """Tell whether everything that one scope allows is allowed by another as well."""
    return all(
        field in inner and all(allows(permission, outer, field, one) for one in inner[field])
        for field in outer
    )


def words(permission: str, scope: Scope) -> str:
    """Say a scope for a person; empty where there is no limit."""
    fields = FIELDS.get(permission, {})
    return "; ".join(
        f"{fields[name].says} {', '.join(patterns) or '(none)'}"
        for name, patterns in scope.items()
        if name in fields
    )


def plain(scope: Scope) -> dict[str, list[str]]:
    """Write a scope as JSON."""
    return {field: list(patterns) for field, patterns in scope.items()}


def to_plain(names: Iterable[str], scopes: Mapping[str, Scope]) -> list[Any]:
    """Write permissions as a manifest does: a name, or an object with its scope."""
    return [{"name": name, **plain(scopes[name])} if scopes.get(name) else name for name in names]


def from_plain(entries: Iterable[Any]) -> tuple[tuple[str, ...], dict[str, Scope]]:
    """Read what `to_plain` wrote, once it was checked: the names, and the scopes of some."""
    names: list[str] = []
    scopes: dict[str, Scope] = {}
    for entry in entries:
        if isinstance(entry, str):
            names.append(entry)
            continue
        names.append(entry["name"])
        scopes[entry["name"]] = {
            field: tuple(patterns) for field, patterns in entry.items() if field != "name"
        }
    return tuple(names), scopes
