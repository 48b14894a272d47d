"""The ledger: charges and refunds, only ever added to.

Money is whole cents, never a fraction. A plugin names each step with a reference of its own: the
same reference again is the same step, so that a call which was repeated charges nobody twice. No
payment processor is behind it: the ledger is what one would be told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import Database
from plexihub.services.database.models import BillingEntry, User
from plexihub.services.database.schema import billing_entries
from plexihub_sdk.errors import ConflictError, NotFoundError

CHARGE, REFUND = "charge", "refund"
_CENTS = billing_entries.c.cents


class Ledger:
    """Keeps charges and refunds.

    Args:
        database: Where they are.
        audit: Where each is recorded, with the person's balance before and after.
    """

    def __init__(self, database: Database, audit: AuditSink) -> None:
        self._database = database
        self._audit = audit
        self._rows = database.rows(BillingEntry)
        self._users = database.rows(User)

    async def entries(
        self, *, user_id: str | None = None, after: str | None = None, limit: int = 100
    ) -> Sequence[BillingEntry]:
        """Answer entries, the oldest first.

        Args:
            user_id: Of one person alone.
            after: The id of the entry before the first that is wanted.
            limit: How many at most.

        Raises:
            NotFoundError: There is no entry `after`.
        """
        table = billing_entries.c
        query = select(billing_entries).order_by(table.created_at, table.id).limit(limit)
        if user_id is not None:
            query = query.where(table.user_id == user_id)
        if after is not None:
            last = await self._entry(after)
            later = (table.created_at > last.created_at) | (
                (table.created_at == last.created_at) & (table.id > last.id)
            )
            query = query.where(later)
        return await self._rows.select(query)

    async def balance(self, user_id: str, currency: str) -> int:
        """Answer what a person was charged and not given back, in cents."""
        query = select(func.coalesce(func.sum(_CENTS), 0).label("cents")).where(
            billing_entries.c.user_id == user_id, billing_entries.c.currency == currency
        )
        return int((await self._database.read(query))[0]["cents"])

    async def charge(  # noqa: PLR0913 - keyword-only fields
        self,
        ctx: CallContext,
        *,
        user_id: str,
        cents: int,
        currency: str,
        reference: str,
        note: str = "",
    ) -> BillingEntry:
        """Charge a person.

        Raises:
            NotFoundError: There is no such person.
            ConflictError: The reference names another charge.
        """
        if await self._users.find_one({"id": user_id}) is None:
            raise NotFoundError("There is no such person.", where="userId")
        values = {"user_id": user_id, "cents": cents, "currency": currency, "note": note}
        return await self._add(ctx, {"kind": CHARGE, "reference": reference, **values})

    async def refund(
        self,
        ctx: CallContext,
        *,
        charge_id: str,
        cents: int | None,
        reference: str,
        note: str = "",
    ) -> BillingEntry:
        """Give back a charge of the same plugin's, or a part of it.

        Args:
            ctx: Of the plugin.
            charge_id: What is given back.
            cents: How much; all that is left of it where absent.
            reference: The plugin's own word for this refund.
            note: For people.

        Raises:
            NotFoundError: The plugin has no such charge.
            ConflictError: Less is left of it, or the reference names another refund.
        """
        charge = await self._rows.find_one({"id": charge_id})
        if charge is None or charge.kind != CHARGE or charge.plugin_id != ctx.actor.id:
            raise NotFoundError("There is no such charge.", where="chargeId")
        values = {
            "kind": REFUND,
            "reference": reference,
            "user_id": charge.user_id,
            "cents": None if cents is None else -cents,
            "currency": charge.currency,
            "note": note,
            "charge_id": charge.id,
        }
        return await self._add(ctx, values)

    async def _add(self, ctx: CallContext, values: dict[str, Any]) -> BillingEntry:
        named = {"plugin_id": ctx.actor.id, "kind": values["kind"]}
        async with self._database.unit_of_work() as unit:
            await unit.connection()  # from here on nobody else writes
            there = await self._rows.find_one({**named, "reference": values["reference"]})
            if there is not None:
                return _same(there, values)
            if values["kind"] == REFUND:
                values["cents"] = await self._refundable(values)
            before = await self.balance(values["user_id"], values["currency"])
            entry = await self._rows.insert({**named, **values})
            self._note(ctx, entry, before)
        return entry

    async def _refundable(self, values: dict[str, Any]) -> int:
        given = select(func.coalesce(func.sum(_CENTS), 0).label("cents")).where(
            billing_entries.c.charge_id == values["charge_id"]
        )
        charge = await self._entry(values["charge_id"])
        left = charge.cents + int((await self._database.read(given))[0]["cents"])
        cents = -left if values["cents"] is None else values["cents"]
        if not left or -cents > left:
            raise ConflictError(f"{left} cents are left of this charge.", where="cents")
        return int(cents)

    async def _entry(self, identity: str) -> BillingEntry:
        found = await self._rows.find_one({"id": identity})
        if found is None:
            raise NotFoundError("There is no such entry.", where="after")
        return found

    def _note(self, ctx: CallContext, entry: BillingEntry, before: int) -> None:
        details = {
            "cents": entry.cents,
            "currency": entry.currency,
            "reference": entry.reference,
            "user": entry.user_id,
            "before": before,
            "after": before + entry.cents,
        }
        self._audit.append(
            AuditEntry(
                ctx=ctx, action=f"billing.{entry.kind}", target=str(entry.id), details=details
            )
        )


def _same(there: BillingEntry, values: dict[str, Any]) -> BillingEntry:
    is_same = all(
        value is None or getattr(there, name) == value
        for name, value in values.items()
        if name != "note"
    )
    if not is_same:
        raise ConflictError(
            f"The reference {there.reference!r} names another {there.kind} already.",
            where="reference",
            next="Give each charge and refund a reference of its own.",
        )
    return there
