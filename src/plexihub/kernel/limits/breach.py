"""One time that a plugin came to a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from plexihub.kernel.limits.table import LIMITS

#: What was done about it.
Consequence = Literal["slowed", "refused", "dropped", "killed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """A limit that was reached.

    Args:
        limit: Its name.
        measured: What the plugin used or wanted, in the limit's unit.
        allowed: What it may, in the same unit.
        did: What followed.
        reason: One sentence for a person, without a subject: `used 73 MB …`.
    """

    limit: str
    measured: float
    allowed: float
    did: Consequence
    reason: str

    def details(self) -> dict[str, Any]:
        """Answer what stands in its audit record."""
        return {
            "limit": self.limit,
            "measured": round(self.measured, 3),
            "allowed": self.allowed,
            "unit": LIMITS[self.limit].unit,
            "did": self.did,
        }
