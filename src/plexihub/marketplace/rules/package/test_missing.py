"""`tests-missing`: code that nothing tries."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File, Package
from plexihub.marketplace.rules.rule import PUBLISHED, Rule, Spot


def _check(package: Package) -> Iterator[Spot]:
    if not package.is_bare and not any(File(path, b"").is_test for path in package.paths):
        yield Spot("", "There are no tests.")


RULE = Rule(
    id="tests-missing",
    group="documentation",
    about="package",
    levels=PUBLISHED,
    looks_for="a package without a file of tests",
    next="Write `tests/test_....py` or `....test.ts`.",
    check=_check,
)
