"""The only way out for sandboxed plugins: every exchange is judged, asked about, bounded, recorded.

Each step of a redirect is a request of its own: judged anew, connected to an address that was
looked up and checked for it alone, over a connection that nobody else uses.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

from plexihub.kernel.context import CallContext
from plexihub.services.egress.body import OpenBody
from plexihub.services.egress.connect import CONNECT_SECONDS, Connector
from plexihub.services.egress.message import answered
from plexihub.services.egress.policy import Policy
from plexihub.services.egress.request import Outgoing, Redirect, Wanted, make_outgoing
from plexihub.services.egress.target import Target
from plexihub.services.egress.vault import Vault
from plexihub.services.network.order import REDIRECTS
from plexihub.services.network.service import NetworkError
from plexihub.services.network.watching import Watching
from plexihub_sdk.errors import LimitExceededError, PlexiHubError
from plexihub_sdk.ids import PluginId

MOST_REDIRECTS = 5
#: Connections of one plugin at one time.
MOST_OPEN = 16
DOWN_MB = "plugins.network.answer_mb"
SECONDS = "plugins.network.seconds"
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer, whose body is still to be read.

    Args:
        status: HTTP status.
        reason: The phrase beside it.
        url: Where it came from.
        headers: Names in lower case; secrets are taken out.
        body: Its body.
        is_redirected: Whether a redirect was followed.
    """

    status: int
    reason: str
    url: str
    headers: Mapping[str, str]
    body: OpenBody
    is_redirected: bool


class Egress:
    """Sends the requests of sandboxed plugins.

    Args:
        policy: Judges each.
        vault: Has the secrets.
        watching: Hook, event and record of each.
        setting: Reads a setting.
        connector: Connects; looks names up and refuses addresses.
        version: Of the hub, for the header `user-agent`.
    """

    def __init__(  # noqa: PLR0913 - what an exchange passes on its way
        self,
        policy: Policy,
        vault: Vault,
        watching: Watching,
        *,
        setting: Callable[[str], Any],
        connector: Connector,
        version: str,
    ) -> None:
        self._policy = policy
        self._vault = vault
        self._watching = watching
        self._setting = setting
        self._connector = connector
        self._agent = f"PlexiHub/{version}"
        self._open: Counter[str] = Counter()
        self._pool: httpcore.AsyncConnectionPool | None = None
        self._making = asyncio.Lock()

    async def warm_up(self) -> None:
        """Load what the first exchange would load while everybody waits, a tenth of a second."""
        async with httpcore.AsyncConnectionPool():
            pass

    def connect_with(self, pool: httpcore.AsyncConnectionPool) -> None:
        """Send what is let out by this pool from now on; whoever runs a test answers by one."""
        self._pool = pool

    async def close(self) -> None:
        """Close every connection."""
        if self._pool is not None:
            await self._pool.aclose()

    async def fetch(self, ctx: CallContext, wanted: Wanted, redirect: Redirect) -> Fetched:
        """Send a request for a plugin, and follow where it is sent on.

        Args:
            ctx: Which plugin, for whom, until when.
            wanted: The request.
            redirect: What to do with an answer that points elsewhere.

        Raises:
            PermissionDenied: It may not go out, or its next step may not.
            InputError: A redirect points to what cannot be fetched.
            Veto: A handler of `outgoing.requesting` refused.
            LimitExceededError: The plugin has too many connections.
            NetworkError: No answer, none in time, or too many redirects.
            TooLargeError: The answer has too many headers.
        """
        seconds = min(float(self._setting(SECONDS)), ctx.remaining())
        scope = asyncio.timeout(seconds)
        try:
            async with scope:
                return await self._followed(ctx, wanted, redirect)
        except TimeoutError:
            if not scope.expired():
                raise
            raise NetworkError(
                f"{wanted.target.host} gave no answer within {seconds:.1f} seconds.",
                where=wanted.target.shown,
                next="Try again later.",
            ) from None

    async def _followed(self, ctx: CallContext, wanted: Wanted, redirect: Redirect) -> Fetched:
        known: tuple[str, ...] = ()
        for hop in range(MOST_REDIRECTS + 1):
            wanted = wanted.changed_by(await self._watching.ask(ctx, wanted.order))
            fetched, outgoing = await self._exchanged(ctx, wanted, hop, known)
            known = outgoing.known
            location = fetched.headers.get("location", "")
            if redirect == "manual" or fetched.status not in REDIRECTS or not location:
                return fetched
            await fetched.body.close()
            if redirect == "error":
                raise NetworkError(f"{wanted.target.host} redirects.", where=wanted.target.shown)
            wanted = wanted.redirected(fetched.status, location)
        raise NetworkError(
            f"More than {MOST_REDIRECTS} redirects follow each other.", where=wanted.target.shown
        )

    async def _exchanged(
        self, ctx: CallContext, wanted: Wanted, hop: int, known: tuple[str, ...]
    ) -> tuple[Fetched, Outgoing]:
        started = time.perf_counter()
        sent = 0

        def ended(failure: BaseException | None, status: int, received: int) -> None:
            facts = {
                "status": status,
                "bytes": received,
                "milliseconds": round((time.perf_counter() - started) * 1000, 3),
            }
            more = {
                "port": wanted.target.port,
                "path": wanted.target.path,
                "sent": sent,
                **({"secrets": sorted(wanted.secrets)} if wanted.secrets else {}),
            }
            self._watching.tell(ctx, wanted.order, failure, facts, more)

        try:
            await self._policy.admit(ctx, wanted.target, wanted.method)
            plugin = PluginId(ctx.actor.id)
            secrets = await self._vault.values(plugin, wanted.secrets, wanted.target)
            outgoing = make_outgoing(wanted, secrets, self._agent, known)
            sent = len(outgoing.body)
            response = await self._sent(ctx, outgoing)
        except BaseException as error:
            ended(error, 0, 0)
            raise
        body = self._body(ctx, outgoing, response, ended)
        try:
            return _answer(response, outgoing, body, hop), outgoing
        except BaseException as error:
            await body.close(error)
            raise

    async def _sent(self, ctx: CallContext, outgoing: Outgoing) -> httpcore.Response:
        plugin = ctx.actor.id
        if self._open[plugin] >= MOST_OPEN:
            raise LimitExceededError(
                f"{plugin} has {MOST_OPEN} connections already.",
                where=plugin,
                next="Read answers to their end, or close them.",
            )
        pool = await self._opened()
        self._open[plugin] += 1
        try:
            return await pool.handle_async_request(_raw(outgoing, ctx.remaining()))
        except BaseException as error:  # noqa: BLE001 - raised again, with its reason
            self._release(plugin)
            raise _explained(error, outgoing.target) from None

    def _release(self, plugin: str) -> None:
        self._open[plugin] -= 1
        if self._open[plugin] <= 0:
            del self._open[plugin]

    def _body(
        self,
        ctx: CallContext,
        outgoing: Outgoing,
        response: httpcore.Response,
        ended: Callable[[BaseException | None, int, int], None],
    ) -> OpenBody:
        def finish(failure: BaseException | None, received: int) -> None:
            self._release(ctx.actor.id)
            ended(failure, response.status, received)

        packed = [text for name, text in response.headers if name.lower() == b"content-encoding"]
        return OpenBody(
            response,
            b",".join(packed).decode("latin-1"),
            outgoing.redactor,
            most=int(self._setting(DOWN_MB)) * _MIB,
            seconds=min(float(self._setting(SECONDS)), ctx.remaining()),
            ended=finish,
            where=outgoing.target.host,
        )

    async def _opened(self) -> httpcore.AsyncConnectionPool:
        async with self._making:
            if self._pool is None:
                # Reading the certificates of the authorities takes a while.
                context = await asyncio.to_thread(httpx.create_ssl_context)
                self._pool = httpcore.AsyncConnectionPool(
                    ssl_context=context,
                    network_backend=self._connector,
                    max_connections=None,
                    # A connection that stays would outlive the decision that let it be made.
                    max_keepalive_connections=0,
                )
        return self._pool


def _raw(outgoing: Outgoing, seconds: float) -> httpcore.Request:
    target = outgoing.target
    url = httpcore.URL(
        scheme=target.scheme.encode(),
        host=target.host.strip("[]").encode(),
        port=target.port,
        target=outgoing.path.encode("ascii"),
    )
    timeouts = {name: max(seconds, 0.001) for name in ("read", "write", "pool")}
    return httpcore.Request(
        outgoing.method.encode(),
        url,
        headers=outgoing.headers,
        content=outgoing.body,
        extensions={"timeout": {**timeouts, "connect": min(seconds, CONNECT_SECONDS)}},
    )


def _answer(response: httpcore.Response, outgoing: Outgoing, body: OpenBody, hop: int) -> Fetched:
    redact = outgoing.redactor.text
    found = answered(response.headers, outgoing.target.host)
    if outgoing.known and found.get("content-encoding", "identity").lower() not in _READABLE:
        raise NetworkError(
            f"The answer of {outgoing.target.host} is packed in a way that cannot be watched.",
            where=outgoing.target.host,
        )
    headers = {redact(name): redact(text) for name, text in found.items()}
    phrase = response.extensions.get("reason_phrase", b"").decode("latin-1")
    return Fetched(
        response.status,
        redact(phrase),
        redact(outgoing.target.url),
        headers,
        body,
        is_redirected=hop > 0,
    )


_READABLE = frozenset({"identity", "gzip", "x-gzip", "deflate"})


def _explained(error: BaseException, target: Target) -> BaseException:
    if isinstance(error, PlexiHubError) or not isinstance(error, Exception):
        return error
    if isinstance(error, httpcore.TimeoutException):
        return NetworkError(f"{target.host} gave no answer in time.", where=target.shown)
    known = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, OSError)
    if isinstance(error, known):
        # What a library says of a header could hold what was filled in.
        why = str(error) if isinstance(error, httpcore.ConnectError | OSError) else "it broke off"
        return NetworkError(
            f"{target.host} gave no answer: {why or type(error).__name__}.",
            where=target.shown,
            next="See that the address is right and that the hub's machine reaches it.",
        )
    return error
