"""Other machines, declared: answers for the requests of plugins, so that a test needs no network.

Everything before the connection stays as it is: permissions, hosts, limits, secrets and the audit.
A request for which nothing is declared finds nobody, as a name that does not exist.
"""

from __future__ import annotations

import json as json_module
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpcore


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """One request that left the hub.

    Args:
        method: `GET` and so on.
        url: Whole.
        headers: Names in lower case.
        body: As it was sent.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class _Declared:
    status: int
    headers: list[tuple[bytes, bytes]]
    content: bytes


class Answers(httpcore.AsyncConnectionPool):
    """The declared answers, in the place of connections."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[SentRequest] = []
        self._declared: dict[tuple[str, str], _Declared] = {}

    def declare(  # noqa: PLR0913 - keyword-only parts of an answer
        self,
        url: str,
        *,
        method: str = "GET",
        status: int = 200,
        json: Any = None,
        text: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer requests of a method for a URL from now on.

        Args:
            url: Whole, with its query if it has one.
            method: `GET` and so on.
            status: Of the answer.
            json: Body; or `text`.
            text: Body.
            headers: Further ones.
        """
        content = text.encode() if json is None else json_module.dumps(json).encode()
        kind = "text/plain; charset=utf-8" if json is None else "application/json"
        named = {"content-type": kind, "content-length": str(len(content)), **(headers or {})}
        raw = [(name.encode(), value.encode()) for name, value in named.items()]
        self._declared[method.upper(), url] = _Declared(status, raw, content)

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Answer as declared.

        Raises:
            httpcore.ConnectError: Nothing is declared for it.
        """
        method, url = request.method.decode(), _text(request.url)
        stream: Any = request.stream
        body = b"".join([part async for part in stream])
        headers = {name.decode().lower(): value.decode() for name, value in request.headers}
        self.requests.append(SentRequest(method=method, url=url, headers=headers, body=body))
        found = self._declared.get((method, url))
        if found is None:
            raise httpcore.ConnectError(f"the test declares no answer to {method} {url}")
        return httpcore.Response(found.status, headers=found.headers, content=found.content)


def _text(url: httpcore.URL) -> str:
    usual = {b"https": 443, b"http": 80}[url.scheme]
    port = "" if url.port in {None, usual} else f":{url.port}"
    return f"{url.scheme.decode()}://{url.host.decode()}{port}{url.target.decode()}"
