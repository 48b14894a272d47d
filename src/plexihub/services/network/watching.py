"""What is asked, told and recorded of every request to another machine, whoever sends it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.outcome import outcome_of, rule_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink, Traffic
from plexihub.services.network.order import Order, check_method, check_text, check_url


class Watching:
    """Runs the hook before, tells the event after, and keeps the record.

    Args:
        hooks: Asked before each exchange.
        bus: Tells each exchange.
        audit: Records each exchange.
    """

    def __init__(self, hooks: HookTable, bus: EventBus, audit: AuditSink) -> None:
        self._hooks = hooks
        self._bus = bus
        self._audit = audit

    async def ask(self, ctx: CallContext, order: Order) -> Order:
        """Let handlers of `outgoing.requesting` change or refuse a request.

        Raises:
            Veto: One refused, or failed.
            InputError: What one made of it cannot be sent.
        """
        payload: dict[str, Any] = {
            "method": order.method,
            "url": order.url,
            "headers": dict(order.headers),
            "caller": _caller(ctx),
        }
        try:
            await self._hooks.call("outgoing.requesting", payload, ctx)
        except BaseException as error:
            self.note(ctx, order, error, {})
            raise
        headers = {
            check_text(name, "headers").lower(): check_text(text, name)
            for name, text in payload["headers"].items()
        }
        return Order(
            check_method(payload["method"]), check_url(payload["url"]), headers, order.body
        )

    def tell(
        self,
        ctx: CallContext,
        order: Order,
        failure: BaseException | None,
        facts: Mapping[str, Any],
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Record an exchange and tell it.

        Args:
            ctx: Who asked for it.
            order: What was sent.
            failure: Why there is no answer; None where there is one.
            facts: `status`, `bytes` (of the answer) and `milliseconds`.
            more: Further facts for the record alone.
        """
        self.note(ctx, order, failure, {**facts, **(more or {})})
        told = {
            "method": order.method,
            "url": order.shown,
            "caller": _caller(ctx),
            "error": sentence(failure),
            **facts,
        }
        self._bus.publish("outgoing.requested", told, ctx)

    def note(
        self,
        ctx: CallContext,
        order: Order,
        failure: BaseException | None,
        details: Mapping[str, Any],
    ) -> None:
        """Record what became of a request."""
        facts = {name: value for name, value in details.items() if name != "milliseconds"}
        self._audit.append(
            AuditEntry(
                ctx=ctx,
                action="network.request",
                target=order.host,
                outcome=outcome_of(failure),
                reason=sentence(failure),
                execution_ms=details.get("milliseconds"),
                rule=rule_of(failure),
                egress=_traffic(order, details),
                details={"method": order.method, **facts},
            )
        )


def _traffic(order: Order, details: Mapping[str, Any]) -> Traffic:
    went_out = len(order.body) if details.get("status") else 0
    return Traffic(order.host, details.get("sent", went_out), details.get("bytes", 0))


def _caller(ctx: CallContext) -> str:
    return ctx.actor.id if ctx.actor.kind == "plugin" else ""
