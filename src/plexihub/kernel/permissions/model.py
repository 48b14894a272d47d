"""What the policy reads and what it answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from plexihub_sdk.scopes import WHOLE, Scope, meet

Rule = Literal["allowed", "unknown", "not_asked", "not_granted", "not_yours"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a plugin asked for, and what an administrator gave it.

    Args:
        asked: In its manifest.
        granted: By an administrator; counts only where it was asked for.
        within: The scopes it asked for, of some.
        given: The scopes that were granted, of some.
    """

    asked: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()
    within: Mapping[str, Scope] = field(default_factory=dict)
    given: Mapping[str, Scope] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        asked: Iterable[str],
        granted: Iterable[str],
        within: Mapping[str, Scope] | None = None,
        given: Mapping[str, Scope] | None = None,
    ) -> Grant:
        """Make a grant from any collections of names, and the scopes of some."""
        return cls(frozenset(asked), frozenset(granted), within or {}, given or {})

    def scope(self, permission: str) -> Scope:
        """Answer how far a permission reaches: what was asked for and what was granted."""
        asked, given = self.within.get(permission, WHOLE), self.given.get(permission, WHOLE)
        return meet(permission, asked, given)


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, by which rule, and a sentence for a person."""

    allowed: bool
    rule: Rule
    reason: str
