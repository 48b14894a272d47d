"""`/plugins/ID/access`: what a trusted plugin can do, may do and did; consent, and grants."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import Any

from plexihub.kernel.consent import Consent
from plexihub.kernel.plugins import PluginRecord
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import Agreement, HttpParts
from plexihub_sdk.capabilities import SYSTEM_GRANTS
from plexihub_sdk.errors import ConsentNeeded, NotFoundError

_ACCESS = "/api/v1/plugins/{plugin_id}/access"
_GRANT = "/api/v1/plugins/{plugin_id}/grants/{grant}"


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _ACCESS, partial(show, parts)
    yield "PUT", _GRANT, partial(grant, parts)
    yield "DELETE", _GRANT, partial(revoke, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """Tell what a trusted plugin can do, what it may do, and what it did."""
    call.require_admin()
    record = parts.kernel.registry.get(call.params["plugin_id"])
    consent = await parts.installer.consent_of(record.stored)
    if consent is None:
        raise NotFoundError(
            f"{record.id} is sandboxed: what it may do stands in its permissions.",
            where=record.id,
        )
    return json_answer(
        {
            "id": record.id,
            "consent": consent.describe(),
            "agreed": record.stored.builtin or record.stored.consent == consent.digest,
            "grants": _grants(record),
            **parts.access.describe(record.id),
        }
    )


def _grants(record: PluginRecord) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "title": one.title,
            "says": one.says,
            "granted": one.name in record.stored.granted,
        }
        for one in SYSTEM_GRANTS.values()
    ]


async def grant(parts: HttpParts, call: Call) -> Answer:
    """Give a trusted plugin a system grant."""
    call.require_admin()
    name, wanted = call.params["plugin_id"], call.params["grant"]
    record = await parts.kernel.trust.grant(name, wanted, call.ctx)
    return json_answer({"id": record.id, "grants": _grants(record)})


async def revoke(parts: HttpParts, call: Call) -> Answer:
    """Take a system grant from a trusted plugin."""
    call.require_admin()
    name, wanted = call.params["plugin_id"], call.params["grant"]
    record = await parts.kernel.trust.revoke(name, wanted, call.ctx)
    return json_answer({"id": record.id, "grants": _grants(record)})


async def require_consent(
    parts: HttpParts, call: Call, record: PluginRecord, given: Agreement, *, to: str = "enable"
) -> None:
    """Let a trusted plugin's files run only as they were agreed to, or with a new consent.

    Args:
        parts: What routes work with.
        call: Of who agrees.
        record: The plugin.
        given: The consent, where one came along.
        to: The command that asks for one.

    Raises:
        ConsentNeeded: Its files changed since, or nobody agreed yet, and no consent came along.
    """
    consent = await _unagreed(parts, record)
    if consent is None:
        return
    if given.consent is None:
        raise _needed(record, to)
    # Without a digest nothing says which text was read.
    typed = given.consent, given.consent_digest or ""
    await parts.kernel.trust.agree(record.id, consent, typed, call.ctx)


async def require_agreed(
    parts: HttpParts, record: PluginRecord, seen: set[str] | None = None
) -> None:
    """Let only those plugins be enabled along whose consent is there already.

    Raises:
        ConsentNeeded: One of those that a plugin needs and that is off lacks it.
    """
    seen = {record.id} if seen is None else seen
    for name in record.stored.manifest.dependencies:
        needed = parts.kernel.registry.find(name)
        if needed is None or needed.id in seen or needed.state == "enabled":
            continue
        seen.add(needed.id)
        if await _unagreed(parts, needed) is not None:
            raise _needed(needed)
        await require_agreed(parts, needed, seen)


async def _unagreed(parts: HttpParts, record: PluginRecord) -> Consent | None:
    """Answer what has still to be agreed to; None where nothing has."""
    stored = record.stored
    if stored.tier != "trusted" or stored.builtin:
        return None
    consent = await parts.installer.consent_of(stored)
    return None if consent is None or consent.digest == stored.consent else consent


def _needed(record: PluginRecord, to: str = "enable") -> ConsentNeeded:
    return ConsentNeeded(
        "plugins.trust",
        f"{record.id} changed since somebody agreed to it."
        if record.stored.consent
        else f"Nobody has agreed yet to {record.id} running as trusted.",
        where=record.id,
        next=f"Read what it can do, and type the consent: plexihub plugin {to} {record.id}",
    )


async def consent_shown(parts: HttpParts, consent: Consent) -> dict[str, Any]:
    """Answer what is to be agreed to, and what changed where another version is installed."""
    shown: dict[str, Any] = {"consent": consent.describe(), "changes": None}
    record = parts.kernel.registry.find(consent.manifest.id)
    if record is not None:
        before = await parts.installer.consent_of(record.stored)
        if before is not None:
            shown["changes"] = consent.changes_since(before)
    return shown
