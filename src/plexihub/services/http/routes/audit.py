"""`/audit`: what was done, by whom, and whether the record is whole. Whoever reads it is noted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import get_args

from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.ports import AuditEntry, Outcome
from plexihub.services.http.answer import Answer, StreamAnswer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.http.routes.audit_stream import exported, followed
from plexihub.services.trail import check_form, check_moment
from plexihub_sdk.errors import InputError, NotFoundError, PermissionDenied
from plexihub_sdk.ids import plugin_id
from plexihub_sdk.permissions import AUDIT_READ

_PATH = "/api/v1/audit"
_MOST = 1000
_LARGEST = 2**53
_DIGITS = 16
_NDJSON = "application/x-ndjson"
_HELD = {"cache-control": "no-store", "x-accel-buffering": "no"}
_FILTER = ("plugin", "actor", "action", "outcome", "trace", "target", "since", "until", "q")


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _PATH, partial(show, parts)
    yield "POST", f"{_PATH}/verify", partial(check, parts)
    yield "GET", f"{_PATH}/export", partial(export, parts)
    yield "GET", f"{_PATH}/follow", partial(follow, parts)
    yield "GET", f"{_PATH}/traces/{{trace}}", partial(show_trace, parts)
    yield "GET", f"{_PATH}/{{seq}}", partial(show_one, parts)


def _admit(parts: HttpParts, call: Call) -> None:
    """Let only those pass who may read the audit; who is refused is on record."""
    try:
        call.require(AUDIT_READ)
    except PermissionDenied as error:
        parts.trail.readings.refuse(call.ctx, call.path, error.message)
        raise


async def show(parts: HttpParts, call: Call) -> Answer:
    """List records, the newest first.

    `complete` is false where the time was over before a whole page was found: `next` goes on from
    there. `total` is there where `counted=true` asks for it and the index can tell.
    """
    _admit(parts, call)
    page = await parts.trail.search(_query(call), counted=call.flag("counted"))
    parts.trail.readings.note(call.ctx, _filter(call), len(page.items))
    return json_answer(page)


async def show_one(parts: HttpParts, call: Call) -> Answer:
    """Show one record, and whether its hash fits its bytes."""
    _admit(parts, call)
    text = call.params["seq"]
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise NotFoundError(f"There is no audit record {text[:40]!r}.", where="seq")
    found = await parts.trail.get(int(text))
    parts.trail.readings.note(call.ctx, {"seq": int(text)}, 1)
    return json_answer(found)


async def show_trace(parts: HttpParts, call: Call) -> Answer:
    """Show one journey: what caused what, when each step began and how long it took."""
    _admit(parts, call)
    found = await parts.trail.journey(call.params["trace"])
    parts.trail.readings.note(call.ctx, {"trace": found.trace}, len(found.steps))
    return json_answer(found)


async def export(parts: HttpParts, call: Call) -> Answer:
    """Write out what fits, the oldest first: as JSON lines, or as OCSF events, one a line."""
    _admit(parts, call)
    form = check_form(call.query.get("format", "jsonl"))
    work = await parts.trail.export(_query(call), form)
    details = {"format": form, "filter": _filter(call)}
    name = f"plexihub-audit.{'ocsf.jsonl' if form == 'ocsf' else 'jsonl'}"
    return StreamAnswer(
        content_type=_NDJSON,
        headers={**_HELD, "content-disposition": f'attachment; filename="{name}"'},
        pieces=exported(parts, call, work, details),
    )


async def follow(parts: HttpParts, call: Call) -> Answer:
    """Send records as they come, one frame a line, until the reader goes.

    Each frame covers the numbers `from` to `to` and begins where the one before ended: `record`
    has the record `to`, `seen` says that nothing fitted, `gap` that records are no more to be had.
    """
    _admit(parts, call)
    query = _query(call)
    after = call.number("after", default=None, most=_LARGEST)
    follower = await parts.trail.follow(query, after, call.query.get("hash", ""))
    return StreamAnswer(
        content_type=_NDJSON,
        headers=_HELD,
        pieces=followed(parts, call, follower, {"filter": _filter(call), "after": after}),
    )


def _filter(call: Call) -> dict[str, str]:
    given = call.query
    return {name: given[name] for name in _FILTER if given.get(name)}


def _query(call: Call) -> AuditQuery:
    given = call.query
    return AuditQuery(
        limit=call.number("limit", default=50, most=_MOST) or 1,
        before=call.number("before", default=None, most=_LARGEST),
        after=call.number("after", default=0, most=_LARGEST) or 0,
        plugin=_plugin(given.get("plugin", "")),
        actor=given.get("actor", ""),
        action=given.get("action", ""),
        outcome=_outcome(given.get("outcome", "")),
        trace=given.get("trace", ""),
        target=given.get("target", ""),
        since=check_moment(given.get("since", ""), where="since"),
        until=check_moment(given.get("until", ""), where="until"),
        text=given.get("q", ""),
    )


def _outcome(text: str) -> str:
    if text and text not in get_args(Outcome):
        raise InputError(
            f"`outcome` is one of {', '.join(get_args(Outcome))}, not {text!r}.", where="outcome"
        )
    return text


def _plugin(text: str) -> str:
    try:
        return plugin_id(text) if text else ""
    except ValueError as error:
        raise InputError(f"{error}.", where="plugin") from None


async def check(parts: HttpParts, call: Call) -> Answer:
    """Walk the whole chain, and compare the rows of the table `logs` with it."""
    _admit(parts, call)
    verdict = await parts.kernel.audit.verify()
    # Where the chain is broken, there is nothing to hold the rows against.
    rows = await parts.logs.differences() if verdict.ok else None
    standing = parts.kernel.audit.standing
    parts.kernel.audit.append(
        AuditEntry(
            ctx=call.ctx,
            action="audit.verify",
            outcome="ok" if verdict.ok else "failed",
            reason=verdict.first_bad.problem if verdict.first_bad else "",
            details={"records": verdict.records},
        )
    )
    return json_answer({**asdict(verdict), "rows": rows, "standing": standing})
