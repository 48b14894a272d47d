"""Why a plugin may use a permission, or may not: each question that is asked, and its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from plexihub.kernel.permissions import Broker, StandingPolicy
from plexihub.kernel.plugins import PluginRecord
from plexihub.kernel.ports import StoredPlugin
from plexihub.services.permissions.people import Holder
from plexihub_sdk.errors import InputError, NotFoundError
from plexihub_sdk.permissions import PERMISSIONS
from plexihub_sdk.scopes import FIELDS, WHOLE, Scope, allows, words

_TARGETS = {"network:fetch": "hosts", "data:read": "models", "data:write": "models"}
_LONGEST = 260


@dataclass(frozen=True, slots=True)
class Step:
    """One question on the way to the decision.

    Args:
        name: `asked`, `granted`, `yours` or `scope`.
        passed: The answer; None where it depends on who will ask.
        says: The answer in words.
    """

    name: str
    passed: bool | None
    says: str

    def describe(self) -> dict[str, Any]:
        """Answer it as JSON."""
        return {"name": self.name, "passed": self.passed, "says": self.says}


def known(permission: str) -> str:
    """Answer a permission that there is.

    Raises:
        NotFoundError: There is none of this name.
    """
    if permission in PERMISSIONS:
        return permission
    raise NotFoundError(
        f"There is no permission {permission[:100]!r}.",
        where="permission",
        next=f"There are {', '.join(PERMISSIONS)}.",
    )


def why(
    record: PluginRecord,
    permission: str,
    broker: Broker,
    *,
    standing: StandingPolicy,
    wanted: tuple[Holder | None, str] = (None, ""),
) -> dict[str, Any]:
    """Explain a decision, without making one.

    Args:
        record: The plugin.
        permission: What it would need.
        broker: Decides.
        standing: The policy file's rules.
        wanted: For whom it would act, None for nobody in particular; and a host or a model, as a
            manifest names it, or nothing.

    Raises:
        InputError: The permission has no hosts or models, or this is none.
    """
    stored, (person, to) = record.stored, wanted
    if stored.tier == "trusted":
        says = "It is trusted: it does what the hub itself may do, and no permission holds it."
        return _answer(record, permission, "trusted", [Step("tier", True, says)])
    rights = person.rights if person and person.is_active else frozenset(PERMISSIONS)
    if person and not person.is_active:
        rights = frozenset()
    decided = broker.explain(record.id, permission, rights)
    steps = [_asked(stored, permission), _granted(stored, permission), _yours(permission, person)]
    if to:
        steps.append(_scope(record, permission, to))
    rule = decided.rule
    if decided.allowed and not all(one.passed is not False for one in steps):
        rule_name = "beyond_scope"
    else:
        rule_name = str(rule)
    steps += list(_policy(stored, permission, standing))
    return _answer(record, permission, rule_name, steps)


def _answer(record: PluginRecord, permission: str, rule: str, steps: list[Step]) -> dict[str, Any]:
    allowed = rule in {"allowed", "trusted"}
    failed = next((one.says for one in steps if one.passed is False), "")
    return {
        "id": record.id,
        "permission": permission,
        "says": PERMISSIONS[permission].says,
        "allowed": allowed,
        "rule": rule,
        "reason": failed if not allowed else steps[0].says if rule == "trusted" else "",
        "steps": [one.describe() for one in steps],
    }


def _asked(stored: StoredPlugin, permission: str) -> Step:
    if permission not in stored.manifest.permissions:
        return Step(
            "asked", False, f"Its manifest (version {stored.manifest.version}) does not ask."
        )
    scope = words(permission, stored.manifest.scopes.get(permission, WHOLE))
    within = f", {scope}" if scope else ""
    return Step("asked", True, f"Its manifest (version {stored.manifest.version}) asks{within}.")


def _granted(stored: StoredPlugin, permission: str) -> Step:
    decision, request = stored.decisions.get(permission), stored.requests.get(permission)
    by = f"{decision.name or decision.by} at {decision.at}" if decision else ""
    if permission in stored.granted:
        scope = words(permission, stored.scopes.get(permission, WHOLE))
        within = f", {scope}" if scope else ""
        said = f"by {by}" if by else "at the install; by whom was not kept then"
        return Step("granted", True, f"Granted {said}{within}.")
    if decision is not None and not decision.granted:
        return Step("granted", False, f"Refused by {by}.")
    if request is not None:
        asked = f"asked by {request.name or request.by} at {request.at}"
        return Step("granted", False, f"It waits for an administrator, {asked}.")
    return Step("granted", False, "No administrator has granted it.")


def _yours(permission: str, person: Holder | None) -> Step:
    if person is None:
        return Step("yours", None, "And the person for whom it acts must have the right to it.")
    if not person.is_active:
        return Step("yours", False, f"{person.username} is deactivated and may do nothing.")
    if through := person.through(permission):
        return Step("yours", True, f"{person.username} may, by {through}.")
    return Step(
        "yours", False, f"{person.username}, {person.role_title}, has no right to it of their own."
    )


def _scope(record: PluginRecord, permission: str, to: str) -> Step:
    field = _TARGETS.get(permission)
    if field is None:
        raise InputError(
            f"{permission} has no hosts or models.", where="to", next="Leave `to` out."
        )
    try:
        value = FIELDS[permission][field].kind.check(to[:_LONGEST])
    except ValueError as error:
        raise InputError(f"{to[:100]!r} {error}", where="to") from None
    grant = record.grant
    for scope, whose in (
        (grant.within.get(permission, WHOLE), "what its manifest asks for"),
        (grant.given.get(permission, WHOLE), "what was granted"),
    ):
        if not _has_room(permission, scope, field, value):
            return Step(
                "scope", False, f"{value} is not within {whose}: {words(permission, scope)}."
            )
    return Step("scope", True, f"{value} is within what was asked for and granted.")


def _has_room(permission: str, scope: Scope, field: str, value: str) -> bool:
    return allows(permission, scope, field, value)


def _policy(stored: StoredPlugin, permission: str, standing: StandingPolicy) -> Iterator[Step]:
    verdict = standing.judge(stored.manifest, stored.digest, permission)
    if verdict.rule is not None and permission in stored.manifest.permissions:
        says = f"At an install now the policy file would {verdict.decision}: {verdict.source}."
        yield Step("policy", None, says)
