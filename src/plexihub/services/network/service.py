"""The service `network`: requests to other machines that plugins may watch, change and refuse.

One door for everybody: the hub, trusted plugins, and whoever else is given a context. Each exchange
is asked about before (`outgoing.requesting`, a guard: where its handler fails, nothing is sent),
told after (`outgoing.requested`) and recorded. Redirects are asked about like the first request.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from plexihub.kernel import plain
from plexihub.kernel.context import CallContext, acting
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ports import AuditSink
from plexihub.services.network.body import ACCEPTED, LongError, PackedError, read_body
from plexihub.services.network.order import (
    REDIRECTS,
    Order,
    make_order,
)
from plexihub.services.network.watching import Watching
from plexihub_sdk.errors import PlexiHubError, TooLargeError
from plexihub_sdk.network import NetworkResponse

MOST_BYTES = 10 * 1024 * 1024
MOST_REDIRECTS = 5
MOST_CONNECTIONS = 50
LONGEST_SECONDS = 300.0


class NetworkError(PlexiHubError):
    """Another machine gave no answer."""

    code = "network_failed"


class NetworkService:
    """Calls other machines.

    Args:
        hooks: Asked before each exchange.
        bus: Tells each exchange.
        audit: Records each exchange.
        version: Of the hub, for the header `user-agent`.
    """

    def __init__(self, hooks: HookTable, bus: EventBus, audit: AuditSink, version: str) -> None:
        self._watching = Watching(hooks, bus, audit)
        self._agent = f"PlexiHub/{version}"
        self._client: httpx.AsyncClient | None = None
        self._making = asyncio.Lock()
        self._loop = asyncio.get_running_loop()

    async def close(self) -> None:
        """Close every connection."""
        if self._client is not None:
            await self._client.aclose()

    def request(  # noqa: PLR0913 - what a request is made of
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        body: bytes | str | None = None,
        timeout: float = 30.0,
    ) -> Any:
        """Call another machine and answer its `NetworkResponse`.

        Redirects are followed, five at most. No cookie is kept.

        Args:
            method: Such as `GET`.
            url: `http` or `https`.
            headers: Further headers.
            json: A value to send as JSON.
            body: Bytes or text to send.
            timeout: Seconds for everything, 300 at most.

        Raises:
            InputError: A part of the request cannot be sent.
            Veto: A handler of `outgoing.requesting` refused, or failed.
            NetworkError: No answer, or none in time.
            TooLargeError: The answer has more than 10 MiB.
        """
        order = make_order(method, url, headers or {}, (json, body))
        return plain.wait(self.send(acting(), order, timeout), self._loop)

    async def send(self, ctx: CallContext, order: Order, seconds: float) -> NetworkResponse:
        """Call another machine for whoever the context says; as `request`."""
        seconds = min(seconds, LONGEST_SECONDS)
        scope = asyncio.timeout(seconds)
        try:
            async with scope:
                for _ in range(MOST_REDIRECTS + 1):
                    order = await self._watching.ask(ctx, order)
                    response = await self._exchanged(ctx, order)
                    location = response.headers.get("location")
                    if response.status not in REDIRECTS or not location:
                        return response
                    order = order.redirected(response.status, location)
        except TimeoutError:
            if not scope.expired():
                raise
            raise NetworkError(
                f"{order.host} gave no whole answer within {seconds:g} seconds.",
                where=order.shown,
                next="Try again later, or give it more time.",
            ) from None
        raise NetworkError(
            f"More than {MOST_REDIRECTS} redirects follow each other.", where=order.shown
        )

    async def _exchanged(self, ctx: CallContext, order: Order) -> NetworkResponse:
        started, response, failure = time.perf_counter(), None, None
        try:
            response = await self._fetched(order)
        except BaseException as error:
            failure = error
            raise
        finally:
            facts = {
                "status": response.status if response else 0,
                "bytes": len(response.body) if response else 0,
                "milliseconds": round((time.perf_counter() - started) * 1000, 3),
            }
            self._watching.tell(ctx, order, failure, facts)
        return response

    async def _fetched(self, order: Order) -> NetworkResponse:
        client = await self._opened()
        headers = {"user-agent": self._agent, "accept-encoding": ACCEPTED, **order.headers}
        try:
            async with client.stream(
                order.method, order.url, headers=headers, content=order.body
            ) as answer:
                body = await _read(answer, order)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise NetworkError(
                f"{order.host} gave no answer: {str(error) or type(error).__name__}.",
                where=order.shown,
                next="See that the address is right and that the hub's machine reaches it.",
            ) from error
        found = {name.lower(): text for name, text in answer.headers.items()}
        return NetworkResponse(answer.status_code, order.url, found, body)

    async def _opened(self) -> httpx.AsyncClient:
        async with self._making:
            if self._client is None:
                # Reading the certificates of the authorities takes a while.
                self._client = await asyncio.to_thread(_client)
        return self._client


def _client() -> httpx.AsyncClient:
    # One client for everybody: a cookie that one plugin was given must not go out with another's.
    nobodys = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
    limits = httpx.Limits(max_connections=MOST_CONNECTIONS)
    return httpx.AsyncClient(cookies=nobodys, limits=limits, timeout=LONGEST_SECONDS)


async def _read(answer: httpx.Response, order: Order) -> bytes:
    encoding = answer.headers.get("content-encoding", "")
    try:
        return await read_body(answer.aiter_raw(), encoding, most=MOST_BYTES)
    except LongError:
        raise TooLargeError(
            f"The answer of {order.host} has more than {MOST_BYTES} bytes.", where=order.shown
        ) from None
    except PackedError as error:
        raise NetworkError(
            f"The answer of {order.host} cannot be unpacked: {error}", where=order.shown
        ) from None
