"""What the policy reads and what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Rule = Literal["allowed", "unknown", "not_asked", "not_granted", "not_yours"]


@dataclass(frozen=True, slots=True)
class Grant:
    """What a plugin asked for, and what an administrator gave it.

    Args:
        asked: In its manifest.
        granted: By an administrator; counts only where it was asked for.
    """

    asked: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()

    @classmethod
    def of(cls, asked: Iterable[str], granted: Iterable[str]) -> Grant:
        """Make a grant from any collections of names."""
        return cls(frozenset(asked), frozenset(granted))


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, by which rule, and a sentence for a person."""

    allowed: bool
    rule: Rule
    reason: str
