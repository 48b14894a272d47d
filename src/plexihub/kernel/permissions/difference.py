"""What another version of a plugin asks for, against what the one before was granted. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from plexihub.kernel.permissions.model import Grant
from plexihub_sdk.scopes import WHOLE, Scope, is_within, plain, words

Kind = Literal["new", "wider", "narrower", "gone", "same"]


@dataclass(frozen=True, slots=True)
class Change:
    """How one permission differs.

    Args:
        name: The permission.
        kind: `new` was not granted before; `wider` and `narrower` differ in how far they reach;
            `gone` was granted and is asked for no more.
        before: How far it was granted; of `new` nothing.
        after: How far it is asked for now; of `gone` nothing.
    """

    name: str
    kind: Kind
    before: Scope
    after: Scope

    def describe(self) -> dict[str, Any]:
        """Answer it as JSON, with both scopes in words."""
        return {
            "name": self.name,
            "kind": self.kind,
            "before": None if self.kind == "new" else plain(self.before),
            "after": None if self.kind == "gone" else plain(self.after),
            "before_words": words(self.name, self.before),
            "after_words": words(self.name, self.after),
        }


def difference(had: Grant, wanted: Grant) -> list[Change]:
    """Compare what was granted with what is asked for now.

    Args:
        had: Of the version before.
        wanted: Of the version that is to be; only what it asks for counts.
    """
    granted = had.asked & had.granted
    changes = [_change(had, wanted, name, granted) for name in sorted(wanted.asked)]
    gone = [Change(name, "gone", had.scope(name), WHOLE) for name in sorted(granted - wanted.asked)]
    return changes + gone


def _change(had: Grant, wanted: Grant, name: str, granted: frozenset[str]) -> Change:
    after = wanted.within.get(name, WHOLE)
    if name not in granted:
        return Change(name, "new", WHOLE, after)
    before = had.scope(name)
    if not is_within(name, after, before):
        return Change(name, "wider", before, after)
    kind: Kind = "same" if is_within(name, before, after) else "narrower"
    return Change(name, kind, before, after)
