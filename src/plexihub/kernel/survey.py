"""What a reading of a plugin's source found, before any of it ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plexihub_sdk.capabilities import CAPABILITIES

MOST_SHOWN = 20
LONGEST_LINE = 200


@dataclass(frozen=True, slots=True, order=True)
class Evidence:
    """One place in the source that uses a capability.

    Args:
        file: Path inside the package.
        line: Counted from 1.
        what: What stands there, such as `config.set()`.
    """

    file: str
    line: int
    what: str

    def describe(self) -> dict[str, Any]:
        """Answer it as JSON, each text on one line: the package chose them."""
        return {"place": f"{_line(self.file)}:{self.line}", "what": _line(self.what)}


@dataclass(frozen=True, slots=True)
class Survey:
    """What a plugin's source uses.

    Args:
        found: Evidence by capability.
        scripts: Where it puts scripts into everybody's pages.
        unclear: Places that can reach anything, which a reading cannot follow.
        libraries: Packages from outside, which were not read.
    """

    found: dict[str, tuple[Evidence, ...]]
    scripts: tuple[Evidence, ...] = ()
    unclear: tuple[Evidence, ...] = ()
    libraries: tuple[str, ...] = ()

    def rows(self) -> list[dict[str, Any]]:
        """Answer the table's rows for what it uses: all of them where that cannot be told."""
        return [
            {
                "name": one.name,
                "title": one.title,
                "rating": one.rating,
                "methods": list(one.methods),
                "impact": one.impact,
                **shown(self.found.get(one.name, ())),
            }
            for one in CAPABILITIES.values()
            if one.name in self.found or self.unclear
        ]


def shown(places: tuple[Evidence, ...]) -> dict[str, Any]:
    """Answer the first places as JSON, and how many more there are."""
    first = [place.describe() for place in places[:MOST_SHOWN]]
    return {"evidence": first, "more": max(0, len(places) - MOST_SHOWN)}


def _line(text: str) -> str:
    # A line break would let a package write sentences of its own into what is agreed to.
    shown = "".join(
        one if one.isprintable() else one.encode("unicode_escape", "surrogatepass").decode()
        for one in text
    )
    return shown if len(shown) <= LONGEST_LINE else f"{shown[:LONGEST_LINE]}…"
