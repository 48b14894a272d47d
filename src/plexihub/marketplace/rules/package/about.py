"""`manifest-about`: what people want to know of a plugin before they install it."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.rule import PUBLISHED, Rule, Spot


def _check(package: Package) -> Iterator[Spot]:
    manifest = package.manifest
    if manifest is None:
        return
    missing = [name for name in ("author", "description") if not getattr(manifest, name)]
    if missing:
        yield Spot(package.manifest_file, f"It says no {' and no '.join(missing)}.")


RULE = Rule(
    id="manifest-about",
    group="manifest",
    about="package",
    levels=PUBLISHED,
    looks_for="a manifest without author or description",
    next="Write a sentence that says what it does, and who you are.",
    check=_check,
)
