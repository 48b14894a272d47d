"""What an administrator decides before a plugin is installed: the tier, and what it may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from plexihub.kernel.approvals import takes_approval
from plexihub.kernel.consent import Consent
from plexihub.kernel.ports import Tier
from plexihub.marketplace.rules.finding import NOTHING_FOUND, Report
from plexihub.marketplace.staging import StagedBundle
from plexihub_sdk.capabilities import SYSTEM_GRANTS
from plexihub_sdk.errors import InputError
from plexihub_sdk.manifest import Manifest
from plexihub_sdk.scopes import Scope


@dataclass(frozen=True, slots=True)
class ValidatedBundle:
    """A staged package whose manifest was read and found right.

    Args:
        staged: Its files.
        manifest: What it says of itself.
        runtime: Name of the runtime that carries it.
        tier: As the operator chose.
        consent: What has to be agreed to, in the trusted tier.
        report: What the rules found.
    """

    staged: StagedBundle
    manifest: Manifest
    runtime: str
    tier: Tier
    consent: Consent | None = None
    report: Report = NOTHING_FOUND


@dataclass(frozen=True, slots=True)
class ApprovedBundle:
    """A validated package that an administrator agreed to.

    Args:
        bundle: What was agreed to.
        granted: The permissions given, a subset of those asked for.
        pending: Those that take a further administrator's approval.
        consent: Digest of the text that was agreed to, for the audit; empty in the sandboxed tier.
        scopes: How far those reach that were given within a scope: the scope that was shown.
    """

    bundle: ValidatedBundle
    granted: tuple[str, ...]
    consent: str = ""
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    pending: tuple[str, ...] = ()


def approve(
    bundle: ValidatedBundle,
    *,
    grant: Sequence[str],
    consent: str | None = None,
    digest: str | None = None,
) -> ApprovedBundle:
    """Record an administrator's decision; consent gives a trusted plugin every system grant.

    Args:
        bundle: What is to be installed.
        grant: The permissions given.
        consent: What was typed, for the trusted tier.
        digest: Of the text under which it was typed.

    Raises:
        InputError: A permission is granted that was not asked for.
        ConsentNeeded: The tier is trusted and the phrase was not typed, or under another text.
    """
    surplus = [name for name in grant if name not in bundle.manifest.permissions]
    if surplus:
        raise InputError(
            f"{bundle.manifest.id} does not ask for {', '.join(surplus)}.", where="grant"
        )
    asked = bundle.manifest.scopes
    scopes = {name: asked[name] for name in grant if name in asked}
    if bundle.tier == "sandboxed":
        given = tuple(name for name in grant if not takes_approval(name))
        pending = tuple(name for name in grant if takes_approval(name))
        return ApprovedBundle(bundle, given, scopes=scopes, pending=pending)
    if bundle.consent is None:
        raise RuntimeError("a trusted plugin without a text to agree to")
    bundle.consent.require(consent, digest)
    return ApprovedBundle(bundle, (*grant, *SYSTEM_GRANTS), bundle.consent.digest, scopes)
