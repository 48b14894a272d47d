"""A sandboxed plugin's route: `onRequest`, and what of its answer leaves the hub.

The page of a browser must never become the plugin's: no cookie, no header that loosens what the hub
forbids, and no kind of content that runs.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

import msgspec

from plexihub.kernel.direct import DirectCalls
from plexihub_sdk.errors import InputError, PluginRaisedError, TooLargeError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import HTTP_SERVE
from plexihub_sdk.routes import Request, Response

LONGEST_BODY = 1024 * 1024
#: What a plugin is told of the caller's headers.
TOLD = frozenset(
    {"accept", "accept-language", "content-type", "if-modified-since", "if-none-match"}
)
#: What a plugin may send, and how it must look.
SENT: Mapping[str, re.Pattern[str]] = {
    "cache-control": re.compile(r"[a-z0-9=, -]{1,100}"),
    "content-disposition": re.compile(r'(inline|attachment)(; filename="[\w. -]{1,100}")?'),
    "content-language": re.compile(r"[A-Za-z0-9, -]{1,50}"),
    "etag": re.compile(r'(W/)?"[\x21\x23-\x7e]{0,100}"'),
    "last-modified": re.compile(r"[A-Za-z0-9:, ]{1,40}"),
    "retry-after": re.compile(r"\d{1,9}"),
}
#: Kinds that no browser runs or draws as a page.
KINDS = frozenset(
    {
        "application/json",
        "application/x-ndjson",
        "application/yaml",
        "text/calendar",
        "text/csv",
        "text/markdown",
        "text/plain",
    }
)
_KIND = re.compile(r"([a-z]+/[a-z0-9.+-]+)(?:; ?charset=utf-8)?", re.IGNORECASE)
#: Should a browser show it all the same, it is a page of nobody that may do nothing.
_FENCED = "sandbox; default-src 'none'; frame-ancestors 'none'"


class Reply(msgspec.Struct, forbid_unknown_fields=True):
    """What `onRequest` answers."""

    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 200
    headers: dict[str, str] = {}
    body: Any = None


def route_handler(
    direct: DirectCalls, plugin: PluginId, doc: str
) -> Callable[[Request], Awaitable[Response]]:
    """Make what is called for a request to the route; `doc` is shown in OpenAPI."""

    async def answer(request: Request) -> Response:
        said = await direct.call(plugin, "onRequest", _payload(request), permission=HTTP_SERVE)
        return read_reply(said, f"{request.method} {request.path}")

    answer.__doc__ = doc or f"Answered by the plugin {plugin}."
    return answer


def _payload(request: Request) -> dict[str, Any]:
    if len(request.body) > LONGEST_BODY:
        raise TooLargeError(f"The body may have {LONGEST_BODY} bytes at most.", where="body")
    try:
        body = request.body.decode()
    except UnicodeDecodeError:
        raise InputError("The body must be text in UTF-8.", where="body") from None
    return {
        "method": request.method,
        "path": request.path,
        "params": dict(request.params),
        "query": dict(request.query),
        "headers": {name: text for name, text in request.headers.items() if name in TOLD},
        "body": body or None,
        "json": request.json,
        "userId": request.person.id if request.person is not None else None,
    }


def read_reply(said: object, where: str) -> Response:
    """Make a plugin's answer one that may leave the hub.

    Raises:
        PluginRaisedError: It may not; the reason names the part.
    """
    if said is None:
        return Response(status=204)
    try:
        reply = msgspec.convert(said, Reply)
    except msgspec.ValidationError as error:
        raise _wrong(where, str(error)) from error
    if 300 <= reply.status < 400 and reply.status != 304:  # noqa: PLR2004 - redirects
        raise _wrong(where, "a route of a sandboxed plugin leads nowhere else")
    kind, headers = _headers(reply.headers, where)
    if isinstance(reply.body, str) or reply.body is None:
        body = (reply.body or "").encode()
    else:
        body, kind = msgspec.json.encode(reply.body), kind or "application/json"
    if len(body) > LONGEST_BODY:
        raise _wrong(where, f"its body has more than {LONGEST_BODY} bytes")
    return Response(
        status=reply.status,
        body=body,
        content_type=f"{kind or 'text/plain'}; charset=utf-8",
        headers={**headers, "content-security-policy": _FENCED},
    )


def _headers(given: Mapping[str, str], where: str) -> tuple[str, dict[str, str]]:
    kind, found = "", {}
    for name, text in given.items():
        lower = name.lower()
        if lower == "content-type":
            kind = _kind(text, where)
        elif lower not in SENT:
            raise _wrong(where, f"the header {name[:60]!r} is not one that it may send")
        elif not SENT[lower].fullmatch(text):
            raise _wrong(where, f"the header {lower!r} is not written as it must be")
        else:
            found[lower] = text
    return kind, found


def _kind(text: str, where: str) -> str:
    match = _KIND.fullmatch(text.strip())
    if match is None or match[1].lower() not in KINDS:
        raise _wrong(where, f"the content type {text[:60]!r} is none of {', '.join(sorted(KINDS))}")
    return match[1].lower()


def _wrong(where: str, why: str) -> PluginRaisedError:
    return PluginRaisedError(
        f"{where} gave an answer that cannot be sent: {why}.",
        where=where,
        next="Tell an administrator of the hub; the plugin's author has to change it.",
    )
