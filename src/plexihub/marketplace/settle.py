"""Who decides about each permission at an install or upgrade: the policy file, or who installs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from plexihub.kernel.approvals import decision_of, requests_for, takes_approval
from plexihub.kernel.context import CallContext
from plexihub.kernel.permissions import Grant, StandingPolicy, StandingVerdict, difference
from plexihub.kernel.ports import (
    AuditEntry,
    InstallRequest,
    PermissionDecision,
    PermissionRequest,
    StoredPlugin,
)
from plexihub.marketplace.approval import ApprovedBundle, ValidatedBundle
from plexihub_sdk.scopes import WHOLE, Scope, is_within


@dataclass(slots=True)
class Settled:
    """What came of each permission that a package asks for.

    Args:
        granted: Given at once.
        pending: Left for an administrator; also a wider wish for what is granted.
        scopes: How far those reach that are granted within a scope.
        decisions: Who decided.
        verdicts: What the policy file decided.
    """

    granted: list[str] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    scopes: dict[str, Scope] = field(default_factory=dict)
    decisions: dict[str, PermissionDecision] = field(default_factory=dict)
    verdicts: dict[str, StandingVerdict] = field(default_factory=dict)

    def onto(self, approved: ApprovedBundle) -> ApprovedBundle:
        """Put it in the place of what was agreed to."""
        return replace(
            approved,
            granted=tuple(self.granted),
            pending=tuple(self.pending),
            scopes=self.scopes,
        )

    def requests(self, digest: str, ctx: CallContext) -> dict[str, PermissionRequest]:
        """Make the requests for what is left to an administrator."""
        return requests_for(self.pending, digest, ctx)

    def entries(self, plugin: str, ctx: CallContext) -> Iterator[AuditEntry]:
        """Make the audit's records of what the policy file decided."""
        for name, verdict in self.verdicts.items():
            if verdict.rule is None:
                continue
            yield AuditEntry(
                ctx=ctx,
                action="plugin.permission.policy",
                target=plugin,
                outcome="denied" if verdict.decision == "refuse" else "ok",
                reason=f"refused by {verdict.source}" if verdict.decision == "refuse" else "",
                details={
                    "permission": name,
                    "decision": verdict.decision,
                    "rule": verdict.rule.name,
                    "place": verdict.rule.place,
                },
            )


def settle(
    bundle: ValidatedBundle,
    wanted: Collection[str],
    request: InstallRequest,
    there: StoredPlugin | None,
    policy: tuple[StandingPolicy, CallContext],
) -> Settled:
    """Decide about every permission that a sandboxed package asks for.

    Args:
        bundle: The package.
        wanted: What who installs would give.
        request: What they asked for.
        there: What is installed.
        policy: The policy file's rules, and who installs.
    """
    standing, ctx = policy
    settled, digest = Settled(), bundle.staged.digest
    for name in bundle.manifest.permissions:
        verdict = settled.verdicts[name] = standing.judge(bundle.manifest, digest, name)
        if verdict.decision == "ask":
            _ask(settled, name, bundle, (wanted, request, there, ctx))
            continue
        settled.decisions[name] = _by_rule(verdict, digest)
        if verdict.decision == "grant":
            _give(settled, name, bundle.manifest.scopes.get(name))
    return settled


def _ask(
    settled: Settled,
    name: str,
    bundle: ValidatedBundle,
    asked: tuple[Collection[str], InstallRequest, StoredPlugin | None, CallContext],
) -> None:
    wanted, request, there, ctx = asked
    left = request.later or (there is not None and request.grant is None)
    if name not in wanted:
        if left:
            settled.pending.append(name)
        return
    if takes_approval(name):
        settled.pending.append(name)
        return
    scope = bundle.manifest.scopes.get(name)
    if left and there is not None and name in there.granted:
        kept = there.scopes.get(name)
        _give(settled, name, kept)
        if not is_within(name, scope or WHOLE, kept or WHOLE):
            settled.pending.append(name)
        if (said := there.decisions.get(name)) is not None:
            settled.decisions[name] = said
        return
    _give(settled, name, scope)
    settled.decisions[name] = decision_of(ctx, bundle.staged.digest, granted=True)


def _give(settled: Settled, name: str, scope: Scope | None) -> None:
    settled.granted.append(name)
    if scope:
        settled.scopes[name] = scope


def _by_rule(verdict: StandingVerdict, digest: str) -> PermissionDecision:
    return PermissionDecision(
        granted=verdict.decision == "grant",
        by="policy:",
        name=verdict.source,
        at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        digest=digest,
    )


def grant_of(plugin: StoredPlugin) -> Grant:
    """Answer what an installed plugin asked for and was granted."""
    manifest = plugin.manifest
    return Grant.of(manifest.permissions, plugin.granted, manifest.scopes, plugin.scopes)


def changes_since(there: StoredPlugin | None, bundle: ValidatedBundle) -> list[Mapping[str, Any]]:
    """Tell how a package's wishes differ from what is installed; nothing where nothing is."""
    if there is None:
        return []
    wanted = Grant.of(bundle.manifest.permissions, (), bundle.manifest.scopes)
    found = difference(grant_of(there), wanted)
    return [one.describe() for one in found if one.kind != "same"]
