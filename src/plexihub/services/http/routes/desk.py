"""`/permissions`, `/access-review`: what waits, who may, why, and the list of it all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from plexihub.services.http.answer import Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.parts import HttpParts
from plexihub.services.permissions import review_csv
from plexihub_sdk.errors import InputError


def routes(parts: HttpParts) -> Iterator[tuple[str, str, Callable[[Call], Awaitable[Answer]]]]:
    """List the routes."""
    yield "GET", "/api/v1/permissions/waiting", partial(waiting, parts)
    yield "GET", "/api/v1/permissions/{permission}/who", partial(who, parts)
    yield "GET", "/api/v1/plugins/{plugin_id}/permissions/{permission}/why", partial(explain, parts)
    yield "GET", "/api/v1/access-review", partial(review, parts)


async def waiting(parts: HttpParts, call: Call) -> Answer:
    """List the permissions that wait for an administrator."""
    call.require_admin()
    return json_answer({"items": parts.desk.waiting(), "next": None})


async def who(parts: HttpParts, call: Call) -> Answer:
    """List the plugins and the people that may use a permission."""
    call.require_admin()
    return json_answer(await parts.desk.who(call.params["permission"]))


async def explain(parts: HttpParts, call: Call) -> Answer:
    """Say why a plugin may use a permission, or may not; for a person, to a host or a model."""
    call.require_admin()
    plugin, permission = call.params["plugin_id"], call.params["permission"]
    person, to = call.query.get("person", ""), call.query.get("to", "")
    return json_answer(await parts.desk.explain(plugin, permission, person=person, to=to))


async def review(parts: HttpParts, call: Call) -> Answer:
    """List every plugin with its permissions and every person with the role, as JSON or CSV."""
    call.require_admin()
    wanted = call.query.get("format", "json")
    if wanted not in {"json", "csv"}:
        raise InputError("`format` is json or csv.", where="format")
    rows = await parts.desk.review(call.ctx)
    if wanted == "json":
        return json_answer({"items": rows, "next": None})
    headers = {
        "cache-control": "no-store",
        "content-disposition": 'attachment; filename="access-review.csv"',
    }
    return Answer(200, review_csv(rows).encode(), "text/csv; charset=utf-8", headers)
