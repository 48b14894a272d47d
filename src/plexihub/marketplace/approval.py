"""What an administrator decides before a plugin is installed: the tier, and what it may do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from plexihub.kernel.ports import Tier
from plexihub.marketplace.staging import StagedBundle
from plexihub_sdk.errors import InputError, PermissionDenied
from plexihub_sdk.manifest import Manifest

WARNING = (
    "A trusted plugin runs inside the hub, with everything the hub itself may do.\n"
    "Its scripts run in everybody's pages, where they can read what is typed and shown.\n"
    "A poor or hostile one can\n"
    "  - lose or corrupt all data,\n"
    "  - open critical security holes,\n"
    "  - make the whole hub unstable or crash it,\n"
    "  - slow everything down severely.\n"
)


@dataclass(frozen=True, slots=True)
class ValidatedBundle:
    """A staged package whose manifest was read and found right."""

    staged: StagedBundle
    manifest: Manifest
    runtime: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class ApprovedBundle:
    """A validated package that an administrator agreed to.

    Args:
        bundle: What was agreed to.
        granted: The permissions given, a subset of those asked for.
        consent: Digest of the text that was agreed to, for the audit; empty in the sandboxed tier.
    """

    bundle: ValidatedBundle
    granted: tuple[str, ...]
    consent: str = ""


def phrase(manifest: Manifest) -> str:
    """Tell what has to be typed to install a plugin as trusted."""
    return f"I trust {manifest.id}"


def approve(
    bundle: ValidatedBundle, *, grant: Sequence[str], consent: str | None = None
) -> ApprovedBundle:
    """Record an administrator's decision.

    Args:
        bundle: What is to be installed.
        grant: The permissions given.
        consent: What was typed, for the trusted tier.

    Raises:
        InputError: A permission is granted that was not asked for.
        PermissionDenied: The tier is trusted and the phrase was not typed.
    """
    surplus = [name for name in grant if name not in bundle.manifest.permissions]
    if surplus:
        raise InputError(
            f"{bundle.manifest.id} does not ask for {', '.join(surplus)}.", where="grant"
        )
    if bundle.tier == "sandboxed":
        return ApprovedBundle(bundle, tuple(grant))
    wanted = phrase(bundle.manifest)
    if consent != wanted:
        raise PermissionDenied(
            "plugins.trust",
            f"{bundle.manifest.id} is to run in the trusted tier, which needs your typed consent.",
            where="consent",
            next=f"Read what it means, then type exactly: {wanted}",
        )
    text = hashlib.sha256((WARNING + wanted).encode()).hexdigest()
    return ApprovedBundle(bundle, tuple(grant), f"sha256:{text}")
