"""What plugins may do with a request on its way in, and with its answer on the way out.

Who acts is settled before a plugin is asked, and cookies and credentials are never shown: a handler
changes what the routes see, never who is speaking. The operator's pipe passes by, so that a plugin
which refuses everything can still be disabled. Nobody listening costs one look-up in a table.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec

from plexihub.kernel.context import entered
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.services.http.answer import JSON, Answer, json_answer
from plexihub.services.http.call import Call
from plexihub.services.http.errors import RefusedError
from plexihub.services.http.headers import HEADERS
from plexihub_sdk.errors import PluginRaisedError, Veto

HANDLING, SENDING, HANDLED = "request.handling", "response.sending", "request.handled"
#: Of a request: who it is, how long it is, and where it comes from are not a plugin's to say.
_UNSEEN = frozenset({"cookie", "authorization", "proxy-authorization", "x-csrf-token"})
_FIXED = _UNSEEN | {
    "host",
    "origin",
    "sec-fetch-site",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
}
#: Of an answer: what its body is, and the cookie of a session.
_KEPT = frozenset(
    {
        "set-cookie",
        "content-length",
        "content-type",
        "transfer-encoding",
        "connection",
        "strict-transport-security",
    }
)


class Passage:
    """Asks and tells the plugins."""

    def __init__(self, hooks: HookTable, bus: EventBus) -> None:
        self._hooks = hooks
        self._bus = bus

    def is_watched(self, call: Call) -> bool:
        """Whether some plugin wants to see this request."""
        return self._hooks.has(HANDLING) and not call.is_operator

    async def admit(self, call: Call) -> None:
        """Let plugins change a request's headers, or refuse it.

        Raises:
            RefusedError: One of them refused.
        """
        if not self.is_watched(call):
            return
        shown = {name: text for name, text in call.headers.items() if name not in _UNSEEN}
        payload: dict[str, Any] = {
            "method": call.method,
            "path": call.path,
            "query": call.query,
            "headers": dict(shown),
            "address": call.address,
            "user_id": _user_of(call),
        }
        try:
            await self._hooks.call(HANDLING, payload, call.ctx)
        except Veto as veto:
            raise RefusedError(veto) from veto
        call.headers = _merged(call.headers, shown, payload["headers"])

    def is_dressed(self, call: Call) -> bool:
        """Whether some plugin wants to see the answer."""
        return self._hooks.has(SENDING) and not call.is_operator

    async def dress(self, call: Call, answer: Answer) -> Answer:
        """Let plugins change an answer's headers and, of a JSON answer, the body.

        Raises:
            RefusedError: One of them refused.
            PluginRaisedError: What they left cannot be sent.
        """
        usual = {name.decode(): text.decode() for name, text in HEADERS}
        headers = {**usual, **{name.lower(): text for name, text in answer.headers.items()}}
        before = msgspec.json.decode(answer.body) if answer.content_type == JSON else None
        payload: dict[str, Any] = {
            "method": call.method,
            "path": call.path,
            "status": answer.status,
            "headers": {name: text for name, text in headers.items() if name not in _KEPT},
            "json": before,
            "user_id": _user_of(call),
        }
        try:
            await self._hooks.call(SENDING, payload, call.ctx)
        except Veto as veto:
            raise RefusedError(veto) from veto
        wanted = {name.lower(): text for name, text in payload["headers"].items()}
        left = {name: text for name, text in wanted.items() if name not in _KEPT}
        _check(left)
        body = answer.body if before is None else _encoded(payload["json"], call)
        return replace(answer, body=body, headers={**headers, **left})

    def tell(self, call: Call, status: int, started: float) -> None:
        """Tell how a request was answered.

        Args:
            call: The request.
            status: Of the answer.
            started: Moment on the performance counter, in seconds, at which it came.
        """
        if not self._bus.has(HANDLED):
            return
        told = {
            "method": call.method,
            "path": call.path,
            "status": status,
            "milliseconds": round((time.perf_counter() - started) * 1000, 3),
            "user_id": _user_of(call),
        }
        with entered(call.ctx):
            self._bus.publish(HANDLED, told)


def _user_of(call: Call) -> str | None:
    return call.user.id if call.user is not None else None


def _merged(
    headers: Mapping[str, str], shown: Mapping[str, str], left: Mapping[Any, Any]
) -> dict[str, str]:
    wanted = {str(name).lower(): str(text) for name, text in left.items()}
    kept = {
        name: text
        for name, text in headers.items()
        if name in _FIXED or name not in shown or name in wanted
    }
    return kept | {name: text for name, text in wanted.items() if name not in _FIXED}


def _check(headers: Mapping[str, str]) -> None:
    for name, text in headers.items():
        if not (name.isascii() and name.replace("-", "").isalnum()) or not _is_one_line(text):
            raise PluginRaisedError(
                f"A plugin left a header {name[:80]!r} that cannot be sent.", where=SENDING
            )


def _is_one_line(text: str) -> bool:
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return not any(sign in text for sign in "\r\n\0")


def _encoded(value: Any, call: Call) -> bytes:
    try:
        return json_answer(value).body
    except (TypeError, ValueError) as error:
        raise PluginRaisedError(
            "A plugin left an answer that is no JSON.", where=call.path
        ) from error
