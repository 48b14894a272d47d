"""The weather of the demo: a small server for the example `weather`, and that example set up.

By itself: `python -m plexihub.demo.weather [PORT]`. Its key is `sunny-side-up`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit

from plexihub.demo.example import Installer, find, install
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.ports import InstallRequest
from plexihub.outside import Outside
from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.permissions import ROLE_RIGHTS

_log = logging.getLogger(__name__)

PORT = 8765
PLUGIN = PluginId("weather")
KEY = "sunny-side-up"
WEEK = {"Mon": 17, "Tue": 19, "Wed": 21, "Thu": 20, "Fri": 16, "Sat": 15, "Sun": 18}
_PRIVATE = "plugins.network.private"
#: A client that says nothing holds a thread for so long.
_SILENT_SECONDS = 10.0


class Weather(BaseHTTPRequestHandler):
    """Answers `/v1/weather?city=…` to whoever has the key."""

    timeout = _SILENT_SECONDS

    def do_GET(self) -> None:
        """Answer one request."""
        parts = urlsplit(self.path)
        if self.headers.get("authorization") != f"Bearer {KEY}":
            self._answer(401, {"error": "the key is missing or wrong"})
        elif parts.path != "/v1/weather":
            self._answer(404, {"error": "ask for /v1/weather"})
        else:
            city = parse_qs(parts.query).get("city", ["Bern"])[0]
            week = [{"day": day, "celsius": celsius} for day, celsius in WEEK.items()]
            self._answer(200, {"city": city, "celsius": 21, "sky": "clear", "week": week})

    def _answer(self, status: int, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the library calls it
        """Keep quiet."""


class Server(ThreadingHTTPServer):
    """Listens on this machine alone.

    Args:
        port: Where; 0 takes a free one.
    """

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), Weather)


class Hub(Protocol):
    """A running hub."""

    @property
    def kernel(self) -> Kernel:
        """Its kernel."""

    @property
    def installer(self) -> Installer:
        """What installs plugins."""

    @property
    def outside(self) -> Outside:
        """What reaches out of it."""


async def add_weather(hub: Hub) -> None:
    """Install the example as an operator would: open its host, give it its key, enable it."""
    source = await asyncio.to_thread(find, "sandboxed/weather")
    if source is None:
        return
    ctx = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"])
    host = f"127.0.0.1:{PORT}"
    try:
        await hub.kernel.config.change(_PRIVATE, [host], ctx)
        await install(hub.installer, hub.kernel.lifecycle, InstallRequest(source=source), ctx)
        await hub.outside.vault.put(ctx, PLUGIN, "key", value=KEY, hosts=[host])
    except PlexiHubError as error:
        _log.warning("the example weather is not running: %s", error.message)


@contextmanager
def weather_server(hub: Hub) -> Iterator[None]:
    """Serve the weather while the hub runs, where the demo's plugin is there to ask for it."""
    is_wanted = f"127.0.0.1:{PORT}" in hub.kernel.config.get(_PRIVATE)
    server = _started() if is_wanted and hub.kernel.registry.find(PLUGIN) is not None else None
    try:
        yield
    finally:
        if server is not None:
            server.shutdown()
            server.server_close()


def _started() -> Server | None:
    try:
        server = Server(PORT)
    except OSError as error:
        # Most often another demo hub on this machine, whose server answers the same.
        _log.info("the demo's weather server does not run: %s", error)
        return None
    threading.Thread(target=server.serve_forever, name="demo weather", daemon=True).start()
    return server


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else PORT
    with Server(port) as server:
        print(f"Weather at http://127.0.0.1:{server.server_port}/v1/weather", flush=True)  # noqa: T201
        server.serve_forever()
