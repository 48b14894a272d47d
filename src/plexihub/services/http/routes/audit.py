"""`/audit`: what was done, by whom, and whether the record is whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import get_args

from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.ports import Outcome
from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub_sdk.errors import InputError
from plexihub_sdk.ids import plugin_id

_PATH = "/api/v1/audit"
_MOST = 1000
_LARGEST = 2**53


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", _PATH, partial(show, parts)
    yield "POST", f"{_PATH}/verify", partial(check, parts)


async def show(parts: HttpParts, call: Call) -> Answer:
    """List records, the newest first."""
    call.require_admin()
    query = _query(call)
    items = await parts.kernel.audit.read(query)
    following = str(items[-1].seq) if len(items) == query.limit else None
    return json_answer({"items": items, "next": following})


def _query(call: Call) -> AuditQuery:
    given = call.query
    return AuditQuery(
        limit=call.number("limit", default=50, most=_MOST) or 1,
        before=call.number("before", default=None, most=_LARGEST),
        plugin=_plugin(given.get("plugin", "")),
        actor=given.get("actor", ""),
        action=given.get("action", ""),
        outcome=_outcome(given.get("outcome", "")),
        trace=given.get("trace", ""),
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
    call.require_admin()
    verdict = await parts.kernel.audit.verify()
    # Where the chain is broken, there is nothing to hold the rows against.
    rows = await parts.logs.differences() if verdict.ok else None
    standing = parts.kernel.audit.standing
    return json_answer({**asdict(verdict), "rows": rows, "standing": standing})
