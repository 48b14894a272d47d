"""Options that every command takes, and the way to the hub.

A command speaks the same REST interface as everybody. Where a hub runs on the data folder, it
comes in over the hub's Unix socket; where none runs, the hub is put together in this process
without starting any plugin, so that a plugin that breaks the hub can be disabled.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import httpx
from cyclopts import Parameter

from plexihub.cli.output import say
from plexihub.datadir import DataDir
from plexihub.options import SETTINGS_FILE, HubOptions

CALL_SECONDS = 60.0
#: A stream gives a sign of life more often than that.
STREAM_SECONDS = 60.0


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Common:
    """Options of every command."""

    data: Annotated[
        Path | None, Parameter(help="The hub's data folder [PLEXIHUB_DATA, or ./data].")
    ] = None
    config: Annotated[Path | None, Parameter(help="Settings file [plexihub.toml].")] = None
    json: Annotated[bool, Parameter(negative="", help="Print JSON for programs.")] = False

    def options(self, **more: Any) -> HubOptions:
        """Put together what a hub needs to know."""
        return HubOptions.from_environment(
            os.environ, data=self.data, settings_file=self.config or SETTINGS_FILE, **more
        )


class RemoteError(Exception):
    """The hub refused; `error` is its answer's error object."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error.get("message", ""))
        self.error = error


def _refused(answer: httpx.Response) -> RemoteError:
    body = answer.json() if answer.content else None
    fallback = {"code": "error", "message": f"The hub answered {answer.status_code}."}
    return RemoteError(body.get("error", fallback) if isinstance(body, dict) else fallback)


class Api:
    """The hub's REST interface, spoken as the operator.

    Args:
        client: Carries the calls.
        live: Whether a running hub answers.
    """

    def __init__(self, client: httpx.AsyncClient, *, live: bool) -> None:
        self._client = client
        self.live = live

    async def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """Make one call and answer the decoded body.

        Raises:
            RemoteError: The hub refused.
        """
        answer = await self._client.request(method, f"/api/v1{path}", **kwargs)
        if answer.is_error:
            raise _refused(answer)
        return answer.json() if answer.content else None

    async def stream(self, path: str, **kwargs: Any) -> AsyncGenerator[bytes, None]:
        """Make one call and hand on its body as it comes, however long that takes.

        Raises:
            RemoteError: The hub refused.
        """
        timeout = httpx.Timeout(CALL_SECONDS, read=STREAM_SECONDS)
        call = self._client.stream("GET", f"/api/v1{path}", timeout=timeout, **kwargs)
        async with call as answer:
            if answer.is_error:
                await answer.aread()
                raise _refused(answer)
            async for piece in answer.aiter_bytes():
                yield piece

    async def items(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Answer the items of a list."""
        kept = {name: value for name, value in params.items() if value is not None}
        answer: list[dict[str, Any]] = (await self.call("GET", path, params=kept))["items"]
        return answer

    def note_offline(self) -> None:
        """Say that running plugins did not see a change, where no hub runs."""
        if not self.live:
            say("[dim]No hub is running here: this takes effect when one starts.[/dim]")


def segment(text: str) -> str:
    """Write a text as one segment of a path, so that no name leads to another address."""
    quoted = quote(text, safe="")
    return quoted.replace(".", "%2E") if set(text) <= {"."} else quoted


@contextlib.asynccontextmanager
async def connected(common: Common) -> AsyncIterator[Api]:
    """Reach the running hub, or put one together in this process.

    Raises:
        StartupError: The data folder cannot be used.
    """
    options = common.options(start_plugins=False)
    folder = DataDir(options.data.absolute())
    if folder.is_served():
        transport: httpx.AsyncBaseTransport = httpx.AsyncHTTPTransport(
            uds=str(folder.control_socket)
        )
        async with _client(transport) as client:
            yield Api(client, live=True)
        return
    # Putting a hub together takes a second of imports, which talking to a running one need not pay.
    from plexihub.app import Hub  # noqa: PLC0415

    async with Hub(options) as hub, _client(httpx.ASGITransport(hub.operator_asgi)) as client:
        yield Api(client, live=False)


def _client(transport: httpx.AsyncBaseTransport) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=transport, base_url="http://hub", timeout=CALL_SECONDS)
