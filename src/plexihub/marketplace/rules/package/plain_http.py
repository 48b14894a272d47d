"""`plain-http`: requests that everybody on the way can read."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.rule import ADVICE, Rule, Spot

_HERE = ("http://localhost", "http://127.", "http://[::1]")


def _check(package: Package) -> Iterator[Spot]:
    for url, file, line, column in package.use.hosts:
        if url.startswith("http://") and not url.startswith(_HERE):
            yield Spot(
                file, "What is sent by http can be read and changed on its way.", line, column
            )


RULE = Rule(
    id="plain-http",
    group="weakness",
    about="package",
    levels=ADVICE,
    looks_for="`fetch` of an `http://` address",
    next="Use https.",
    check=_check,
    tiers=("sandboxed",),
)
