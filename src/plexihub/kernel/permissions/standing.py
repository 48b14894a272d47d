"""Decisions that stand before anybody is asked: the rules of a policy file. Pure.

The first rule that fits decides; where none fits, a person is asked. What takes an administrator's
approval is granted only by a rule that names that permission.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from plexihub_sdk.manifest import Manifest
from plexihub_sdk.permissions import PERMISSIONS
from plexihub_sdk.scopes import WHOLE, Scope, is_within

Verdict = Literal["grant", "refuse", "ask"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRule:
    """One rule; what it does not name, it leaves open.

    Args:
        name: For people and the audit.
        place: File and line.
        decision: What it decides.
        plugins: Ids that it is about.
        authors: Or what packages say of their authors, which nobody has proved.
        digests: Or exactly these files.
        permissions: It is about these.
        risks: Or about those of a risk.
        within: By permission, how far one may ask for it to be within; only where it is not to
            refuse.
    """

    name: str
    place: str
    decision: Verdict
    plugins: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    digests: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    risks: frozenset[str] = frozenset()
    within: Mapping[str, Scope] = field(default_factory=dict)

    def fits(self, manifest: Manifest, digest: str, permission: str) -> bool:
        """Whether it decides about a permission that a package asks for."""
        info = PERMISSIONS.get(permission)
        if info is None or (
            self.decision == "grant" and info.admin and permission not in self.permissions
        ):
            return False
        return (
            _among(self.plugins, manifest.id)
            and _among(self.authors, manifest.author)
            and _among(self.digests, digest)
            and _among(self.permissions, permission)
            and _among(self.risks, info.risk)
            and self._has_room(manifest, permission)
        )

    def _has_room(self, manifest: Manifest, permission: str) -> bool:
        outer = self.within.get(permission, WHOLE)
        return is_within(permission, manifest.scopes.get(permission, WHOLE), outer)


@dataclass(frozen=True, slots=True)
class StandingVerdict:
    """What was decided, and by which rule; None where no rule fits."""

    decision: Verdict
    rule: StandingRule | None = None

    @property
    def source(self) -> str:
        """The rule and where it stands, for people and the audit."""
        return f"{self.rule.name} ({self.rule.place})" if self.rule else "no rule fits"


@dataclass(frozen=True, slots=True)
class StandingPolicy:
    """The rules, in their order."""

    rules: Sequence[StandingRule] = ()

    def judge(self, manifest: Manifest, digest: str, permission: str) -> StandingVerdict:
        """Decide about a permission that a package asks for.

        Args:
            manifest: What the package says of itself.
            digest: Of its files.
            permission: One that it asks for.
        """
        for rule in self.rules:
            if rule.fits(manifest, digest, permission):
                return StandingVerdict(rule.decision, rule)
        return StandingVerdict("ask")


def _among(wanted: frozenset[str], one: str) -> bool:
    return not wanted or one in wanted
