"""What idle plugins hold: one, a hundred and three hundred of them, and what a thousand would.

`private` is what goes when a plugin goes; `proportional` has its part of what it shares with the
others and with the hub's launcher. The estimate is the line through a hundred and three hundred.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from bench.case import Case
from bench.guests import LANGUAGES, Guests, guests, memory_mb
from plexihub.kernel.context import CallContext

COUNTS = (1, 100, 300)
KINDS = {"private": "Private_Dirty", "proportional": "Pss"}
GOALS = {
    "Python": {"private": 2.0, "proportional": 3.0},
    "Deno": {"private": 9.0, "proportional": 14.0},
}
ESTIMATED = 1000


class _Held:
    """Measures once for each number of plugins."""

    def __init__(self, made: Guests) -> None:
        self._made = made
        self._found: dict[int, dict[str, float]] = {}

    def each(self, count: int, kind: str) -> float:
        """Tell what one of so many holds, in MiB."""
        return self._all(count)[kind] / count

    def estimate(self, kind: str) -> float:
        """Tell what a thousand would hold, in MiB."""
        few, many = COUNTS[1], COUNTS[2]
        slope = (self._all(many)[kind] - self._all(few)[kind]) / (many - few)
        return self._all(many)[kind] + slope * (ESTIMATED - many)

    def _all(self, count: int) -> dict[str, float]:
        if count not in self._found:
            started = [self._made.start() for _ in range(count)]
            try:
                for guest in started:
                    self._made.run.run(guest.call_hook("onDashboardLoad", {}, CallContext()))
                self._found[count] = {
                    name: sum(memory_mb(guest.stats().pid, kind) for guest in started)
                    for name, kind in KINDS.items()
                }
            finally:
                self._made.stop(*started)
        return self._found[count]


def _cases(language: str, held: _Held) -> Iterator[Case]:
    group = f"memory of idle {language} plugins"
    for count in COUNTS:
        for kind in KINDS:
            yield Case(
                group=group,
                name=f"{kind}, each of {count}",
                sample=partial(held.each, count, kind),
                unit="MB",
                goal=GOALS[language][kind],
                rounds=1,
            )
    for kind in KINDS:
        yield Case(
            group=group,
            name=f"{kind}, {ESTIMATED:,} together",
            sample=partial(held.estimate, kind),
            unit="MB",
            rounds=1,
            note="estimated",
        )


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with ExitStack() as stack:
        yield [
            case
            for language in LANGUAGES
            for case in _cases(language, _Held(stack.enter_context(guests(language))))
        ]
