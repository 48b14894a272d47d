"""`api-range`: a version of the plugin API that it does not say."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import Package
from plexihub.marketplace.rules.rule import ADVICE, Rule, Spot


def _check(package: Package) -> Iterator[Spot]:
    file = package.texts.get("plugin.json")
    if package.manifest is not None and file is not None and '"api"' not in (file.text or ""):
        yield Spot(file.path, "It does not say for which version of the plugin API it is.")


RULE = Rule(
    id="api-range",
    group="compatibility",
    about="package",
    levels=ADVICE,
    looks_for="a manifest without `api`",
    next='Add "api": 1.',
    check=_check,
)
