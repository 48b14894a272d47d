"""What a package asks for, as it is shown to who decides: the riskiest first. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from plexihub.kernel.permissions.difference import difference
from plexihub.kernel.permissions.model import Grant
from plexihub.kernel.permissions.standing import StandingVerdict
from plexihub_sdk.api import API
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.manifest import Manifest
from plexihub_sdk.offers import NEEDS
from plexihub_sdk.permissions import PERMISSIONS
from plexihub_sdk.scopes import words

RISKS = ("high", "medium", "low")
#: What no method, hook or offer shows: what a permission is for besides.
_BESIDES = {"ui:render": ("Widgets on dashboards, and buttons in them.",)}
_OFFERED = {
    "jobs": "Its jobs: {}",
    "routes": "Its addresses: {}",
    "commands": "Its commands: {}",
    "messageActions": "Its buttons at messages: {}",
}


def asked_for(
    manifest: Manifest, had: Grant | None, judge: Callable[[str], StandingVerdict]
) -> list[dict[str, Any]]:
    """List what a package asks for, the riskiest first, and below that what is gone.

    Args:
        manifest: What it says of itself.
        had: What is installed was granted; None where nothing is.
        judge: What the policy file says about each permission.
    """
    wanted = Grant.of(manifest.permissions, (), manifest.scopes)
    changes = {one.name: one for one in difference(had or Grant(), wanted)}
    rows = [
        {
            **shown_permission(name, manifest),
            "scope_words": words(name, manifest.scopes.get(name, {})),
            "change": changes[name].describe(),
            "standing": _standing(judge(name)),
        }
        for name in sorted(manifest.permissions, key=by_risk)
    ]
    gone = [one for one in changes.values() if one.kind == "gone"]
    return rows + [
        {
            **shown_permission(one.name),
            "scope_words": "",
            "change": one.describe(),
            "standing": None,
        }
        for one in gone
    ]


def by_risk(name: str) -> tuple[int, str]:
    """Sort permissions: the riskiest first, then by name."""
    return RISKS.index(PERMISSIONS[name].risk), name


def shown_permission(name: str, manifest: Manifest | None = None) -> dict[str, Any]:
    """Answer what a permission means: its sentence, its risk, and what it unlocks.

    Args:
        name: The permission.
        manifest: Of the plugin that asks, whose own offers are named.
    """
    info = PERMISSIONS[name]
    return {
        "name": name,
        "says": info.says,
        "risk": info.risk,
        "takes_approval": info.admin,
        "unlocks": list(unlocked(name, manifest)),
    }


def unlocked(name: str, manifest: Manifest | None = None) -> Iterator[str]:
    """List what of the hub a permission unlocks, one sentence each.

    Args:
        name: The permission.
        manifest: Of a plugin, whose own offers and hooks are named; in general where absent.
    """
    for offered, (_, permission) in NEEDS.items():
        if permission == name and manifest is None:
            yield _OFFERED[offered].format("what `plugin.json` lists under `" + offered + "`.")
        elif permission == name and manifest is not None and offered in manifest.offers:
            yield _OFFERED[offered].format(", ".join(map(_named, manifest.offers[offered])) + ".")
    heard = [hook for hook, permission in HEARD.items() if permission == name]
    if manifest is not None:
        heard = [hook for hook in heard if hook in manifest.hooks]
    if heard:
        yield f"It hears: {', '.join(heard)}."
    yield from _BESIDES.get(name, ())
    for method in API:
        if method.permission == name:
            yield method.doc


def _named(offer: dict[str, Any]) -> str:
    if "path" in offer:
        return f"{offer['method']} {offer['path']}"
    return str(offer.get("label") or offer.get("name") or offer["id"])


def _standing(verdict: StandingVerdict) -> dict[str, Any] | None:
    if verdict.rule is None:
        return None
    return {"decision": verdict.decision, "rule": verdict.source}
