"""The broker: asks the policy, keeps the record of every decision, and raises where it is no."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from plexihub.kernel.context import CallContext
from plexihub.kernel.permissions.model import Decision, Grant
from plexihub.kernel.permissions.policy import decide
from plexihub.kernel.permissions.running import Running
from plexihub.kernel.permissions.usage import UseBook
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub_sdk.errors import PermissionDenied
from plexihub_sdk.ids import PluginId
from plexihub_sdk.scopes import WHOLE, Scope

_NEXT = {
    "unknown": "See the list of permissions in the plugin guide.",
    "not_asked": "Declare it under `permissions` in the manifest, then ask an administrator.",
    "not_granted": "Ask an administrator to grant it.",
    "not_yours": "Ask somebody who has the right to do it.",
}


class Broker:
    """The one gate for permissions."""

    def __init__(self, audit: AuditSink, grants: Callable[[PluginId], Grant]) -> None:
        self._audit = audit
        self._grants = grants
        self.uses = UseBook()
        self.running = Running()
        #: Told of refusals: who, what, and by which rule.
        self.on_refused: Callable[[CallContext, str, str], None] = lambda *_refusal: None

    def enforce(self, ctx: CallContext, permission: str, where: str) -> None:
        """Let a plugin pass, or refuse it; both are recorded.

        Args:
            ctx: Which plugin acts (by the pipe it came by) and for whom.
            permission: What is needed.
            where: Method or hook that needs it.

        Raises:
            PermissionDenied: The permission was not asked for, not granted or is not the person's;
                or no plugin acts.
        """
        decision = self._decide(ctx, permission)
        self._note(ctx, permission, decision, where)
        details = {"permission": permission, "rule": decision.rule}
        entry = AuditEntry(ctx=ctx, action="permission.check", target=where, details=details)
        entry.rule = f"{decision.rule}:{permission}"
        if not decision.allowed:
            entry.outcome, entry.reason = "denied", decision.reason
        self._audit.append(entry)
        if not decision.allowed:
            raise PermissionDenied(
                permission,
                f"The permission {permission!r} is needed: {decision.reason}",
                where=where,
                next=_NEXT.get(decision.rule, ""),
            )

    def allows(self, ctx: CallContext, permission: str) -> bool:
        """Tell whether a plugin would pass, where nothing is refused; not audited.

        Args:
            ctx: Which plugin acts (by the pipe it came by) and for whom.
            permission: What would be needed.
        """
        decision = self._decide(ctx, permission)
        if decision.allowed:
            self.uses.passed(ctx.actor.id, permission)
        return decision.allowed

    def explain(self, plugin: PluginId, permission: str, rights: AbstractSet[str]) -> Decision:
        """Tell what would be decided for somebody with these rights; nothing is recorded.

        Args:
            plugin: Which.
            permission: What would be needed.
            rights: Of the person for whom it would act.
        """
        return decide(self._grants(plugin), permission, rights)

    def scope(self, ctx: CallContext, permission: str) -> Scope:
        """Answer how far a permission reaches for whoever calls; `enforce` says whether at all.

        Args:
            ctx: Which plugin acts.
            permission: Such as `network:fetch`.

        Returns:
            Field to patterns, asked for and granted; a field that is not there has no limit.
        """
        if ctx.actor.kind != "plugin":
            return WHOLE
        return self._grants(PluginId(ctx.actor.id)).scope(permission)

    def _note(self, ctx: CallContext, permission: str, decision: Decision, where: str) -> None:
        if decision.allowed:
            self.uses.passed(ctx.actor.id, permission)
        elif ctx.actor.kind == "plugin":
            self.uses.refused(ctx.actor.id, permission, decision.rule, where)
            self.on_refused(ctx, permission, decision.rule)

    def reached(
        self, ctx: CallContext, permission: str, *, allowed: bool = True, **values: str
    ) -> None:
        """Note how far a plugin went with a permission.

        Args:
            ctx: Which plugin acts.
            permission: Such as `network:fetch`.
            allowed: Whether its scope has room for that.
            values: By field of the scope, such as `hosts`.
        """
        if ctx.actor.kind == "plugin":
            self.uses.reached(ctx.actor.id, permission, values, allowed=allowed)

    def _decide(self, ctx: CallContext, permission: str) -> Decision:
        if ctx.actor.kind != "plugin":
            return Decision(False, "unknown", "Only plugins come through this door.")
        return decide(self._grants(PluginId(ctx.actor.id)), permission, ctx.rights)
