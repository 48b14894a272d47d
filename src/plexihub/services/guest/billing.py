"""Billing by a sandboxed plugin: `plugin.api.billing`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.gateway import Method
from plexihub.services.billing import Ledger
from plexihub.services.database.models import BillingEntry
from plexihub_sdk.permissions import ADMIN_BILLING

MOST_CENTS = 1_000_000_000
_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=36)]
_Cents = Annotated[int, msgspec.Meta(ge=1, le=MOST_CENTS)]
_Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")]
_Reference = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
_Note = Annotated[str, msgspec.Meta(max_length=200)]


class Entries(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """Which entries are wanted."""

    user_id: _Id | None = None
    after: _Id | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=500)] = 100


class Charge(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A charge."""

    user_id: _Id
    cents: _Cents
    reference: _Reference
    currency: _Currency = "USD"
    note: _Note = ""


class Refund(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    """A refund; of all that is left where `cents` is absent."""

    charge_id: _Id
    reference: _Reference
    cents: _Cents | None = None
    note: _Note = ""


def billing_methods(ledger: Ledger) -> Iterator[Method]:
    """Make the methods for the ledger.

    Args:
        ledger: What they work with.
    """

    async def entries(_ctx: CallContext, asked: Entries) -> list[dict[str, Any]]:
        found = await ledger.entries(user_id=asked.user_id, after=asked.after, limit=asked.limit)
        return [_shown(entry) for entry in found]

    async def charge(ctx: CallContext, asked: Charge) -> dict[str, Any]:
        return _shown(await ledger.charge(ctx, **msgspec.structs.asdict(asked)))

    async def refund(ctx: CallContext, asked: Refund) -> dict[str, Any]:
        return _shown(await ledger.refund(ctx, **msgspec.structs.asdict(asked)))

    yield Method("billing.entries", ADMIN_BILLING, Entries, entries, "List the ledger.")
    yield Method("billing.charge", ADMIN_BILLING, Charge, charge, "Charge a person.")
    yield Method("billing.refund", ADMIN_BILLING, Refund, refund, "Give a charge back.")


def _shown(entry: BillingEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "cents": entry.cents,
        "currency": entry.currency,
        "userId": entry.user_id,
        "pluginId": entry.plugin_id,
        "reference": entry.reference,
        "note": entry.note,
        "chargeId": entry.charge_id,
        "createdAt": entry.created_at.isoformat().replace("+00:00", "Z"),
    }
