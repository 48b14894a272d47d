"""What each plugin did with its permissions: how often, when last, refused or not, and how far.

The broker writes it down beside its decisions, in memory and at a fixed cost; a service keeps the
sums in the database. An author learns from it what the manifest has to ask for, an administrator
what nobody uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from plexihub_sdk.hearing import HEARD
from plexihub_sdk.manifest import Manifest
from plexihub_sdk.offers import NEEDS
from plexihub_sdk.permissions import PERMISSIONS
from plexihub_sdk.scopes import FIELDS, Scope, to_plain

#: Different hosts, methods or models that are told apart of one permission.
MOST_VALUES = 100
#: Fields whose values an author writes as patterns: many paths are one `/v1/*`.
_WRITTEN = frozenset({"paths"})
#: Refusals that a wider manifest or grant would have spared.
_SPARED = frozenset({"not_asked", "not_granted"})


@dataclass(slots=True)
class Use:
    """What one plugin did with one permission.

    Args:
        allowed: How often it passed.
        refused: How often it did not, by the rule that said no.
        last_used: When it last passed; empty where never. ISO 8601 in UTC.
        last_refused: When it last did not.
        where: The method or hook of the last refusal.
        values: By field of the scope, what it used, and how often: hosts, methods, models.
        beyond: The same, of what lay outside of its scope.
        is_cut: Whether there were more values than are told apart.
    """

    allowed: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    last_used: str = ""
    last_refused: str = ""
    where: str = ""
    values: dict[str, dict[str, int]] = field(default_factory=dict)
    beyond: dict[str, dict[str, int]] = field(default_factory=dict)
    is_cut: bool = False

    @property
    def is_needed(self) -> bool:
        """Whether the plugin does with it what it would not do without."""
        return bool(self.allowed or _SPARED & self.refused.keys())


class UseBook:
    """Counts what plugins do with permissions, since the hub started."""

    def __init__(self) -> None:
        self._uses: dict[str, dict[str, Use]] = {}

    def passed(self, plugin: str, permission: str) -> None:
        """Note that a plugin used a permission."""
        use = self._use(plugin, permission)
        use.allowed += 1
        use.last_used = _now()

    def refused(self, plugin: str, permission: str, rule: str, where: str) -> None:
        """Note that a plugin was refused.

        Args:
            plugin: Which.
            permission: What it needed; one that there is not is not counted.
            rule: That said no.
            where: The method or hook.
        """
        if permission not in PERMISSIONS:
            return
        use = self._use(plugin, permission)
        use.refused[rule] = use.refused.get(rule, 0) + 1
        use.last_refused, use.where = _now(), where[:MOST_VALUES]

    def reached(
        self, plugin: str, permission: str, values: Mapping[str, str], *, allowed: bool = True
    ) -> None:
        """Note how far a use went: which host, method or model.

        Args:
            plugin: Which.
            permission: Such as `network:fetch`.
            values: By field of the permission's scope.
            allowed: Whether the scope has room for it.
        """
        use = self._use(plugin, permission)
        for name, value in values.items():
            seen = (use.values if allowed else use.beyond).setdefault(name, {})
            if value in seen or len(seen) < MOST_VALUES:
                seen[value] = seen.get(value, 0) + 1
            else:
                use.is_cut = True

    def of(self, plugin: str) -> Mapping[str, Use]:
        """Answer what a plugin did, by permission."""
        return self._uses.get(plugin, {})

    def plugins(self) -> list[str]:
        """List the plugins that did something."""
        return list(self._uses)

    def forget(self, plugin: str) -> None:
        """Forget a plugin that was removed; nothing happens where it did nothing."""
        self._uses.pop(plugin, None)

    def _use(self, plugin: str, permission: str) -> Use:
        return self._uses.setdefault(plugin, {}).setdefault(permission, Use())


def minimal_permissions(manifest: Manifest, uses: Mapping[str, Use]) -> list[Any]:
    """Write the fewest permissions with which a plugin can do what it was seen doing.

    What its own offers and hooks take is among them, used or not; of `network:fetch` the hosts and
    methods, and of `data:read` and `data:write` the models. Paths stay as the manifest has them.

    Args:
        manifest: What the plugin says of itself.
        uses: What it did, as `UseBook.of` answers it.

    Returns:
        What stands under `permissions` in a manifest.
    """
    needed = implied_permissions(manifest) | {name for name, use in uses.items() if use.is_needed}
    names = sorted(needed, key=lambda name: _place(manifest.permissions, name))
    scopes = {name: _narrowest(manifest, name, uses[name]) for name in names if name in uses}
    return to_plain(names, scopes)


def implied_permissions(manifest: Manifest) -> frozenset[str]:
    """Answer what a manifest's own offers and hooks take, whether or not they are used."""
    offered = {NEEDS[name][1] for name in manifest.offers}
    return frozenset(offered | {HEARD[name] for name in manifest.hooks if name in HEARD})


def describe_uses(manifest: Manifest, uses: Mapping[str, Use]) -> list[dict[str, Any]]:
    """List every permission that was asked for or used, and what was done with it."""
    names = sorted(
        {*manifest.permissions, *uses}, key=lambda name: _place(manifest.permissions, name)
    )
    return [_row(manifest, name, uses.get(name, Use())) for name in names]


def _row(manifest: Manifest, name: str, use: Use) -> dict[str, Any]:
    return {
        "name": name,
        "asked": name in manifest.permissions,
        "implied": name in implied_permissions(manifest),
        "allowed": use.allowed,
        "refused": sum(use.refused.values()),
        "rules": dict(use.refused),
        "last_used": use.last_used or None,
        "last_refused": use.last_refused or None,
        "where": use.where,
        "values": {field: dict(seen) for field, seen in use.values.items()},
        "beyond": {field: dict(seen) for field, seen in use.beyond.items()},
        "is_cut": use.is_cut,
    }


def _narrowest(manifest: Manifest, name: str, use: Use) -> Scope:
    declared = manifest.scopes.get(name, {})
    if use.is_cut:
        return declared
    found: dict[str, tuple[str, ...]] = {}
    for one in FIELDS.get(name, {}):
        tried = () if one in _WRITTEN else (*use.values.get(one, ()), *use.beyond.get(one, ()))
        if seen := {value for value in tried if _is_pattern(name, one, value)}:
            found[one] = tuple(sorted(seen))
        elif one in declared:
            found[one] = declared[one]
    return found


def _is_pattern(permission: str, name: str, value: str) -> bool:
    """Whether a manifest could say it: a plugin may have tried any text."""
    try:
        return FIELDS[permission][name].kind.check(value) == value
    except ValueError:
        return False


def _place(asked: Iterable[str], name: str) -> tuple[int, str]:
    """Sort as the manifest is written, and what it lacks behind, by name."""
    order = list(asked)
    return (order.index(name) if name in order else len(order), name)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
