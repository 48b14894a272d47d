"""A hub for one author, on one machine, for as long as the command runs."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import socket
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from plexihub.app import Hub
from plexihub.cli.common import CALL_SECONDS, Api, RemoteError, segment
from plexihub.cli.dev.reload import Approve
from plexihub.demo.seed import seed
from plexihub.kernel.context import Actor, CallContext
from plexihub.options import HubOptions
from plexihub.services.database import User
from plexihub_sdk.errors import PlexiHubError, StartupError
from plexihub_sdk.ids import PluginId, UserId
from plexihub_sdk.permissions import ROLE_RIGHTS

HOST = "127.0.0.1"
#: A Unix socket's path may not be longer, its name `hub.sock` included.
_LONGEST = 107 - len("/hub.sock")
_FIRST_PAGE = "/dashboards"


@dataclass(frozen=True, slots=True)
class Workbench:
    """A hub to try a plugin in.

    Args:
        api: The hub, spoken to as its operator.
        name: What to call it: its address, or its data folder.
        data: Its data folder.
        link: Makes a sign-in link; None where people sign in as ever.
        approve: Approves what takes approval; None where an administrator has to.
    """

    api: Api
    name: str
    data: Path
    link: Callable[[], str] | None = None
    approve: Approve | None = None

    @property
    def is_own(self) -> bool:
        """Whether it is the author's own."""
        return self.link is not None


@asynccontextmanager
async def own_hub(data: Path, port: int) -> AsyncIterator[Workbench]:
    """Serve a hub on `data`, with demo people in it, to this machine alone.

    Args:
        data: Its folder.
        port: Where it listens; 0 takes a free one.

    Raises:
        StartupError: The folder is another hub's at this moment, or the port is taken.
    """
    # None of this machine's settings: one meant for a real hub could lead to its database.
    options = HubOptions(
        data=data,
        settings_file=data / "plexihub.toml",
        flags={"server.host": HOST, "server.port": port or _free_port()},
        listen=True,
        development=True,
    )
    async with Hub(options) as hub:
        if await hub.is_empty():
            await seed(hub, secrets.token_urlsafe(24), examples=False)
        author = await _author(hub)
        transport = httpx.ASGITransport(hub.operator_asgi)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://hub", timeout=CALL_SECONDS
        ) as client:
            api = Api(client, live=True)
            # That is where a card is seen; in a hub whose dashboards are gone, there is the list.
            shown = "".join(f"/{segment(one['id'])}" for one in (await _dashboards(api))[:1])
            yield Workbench(
                api,
                hub.address,
                data,
                lambda: _link(hub, author, f"{_FIRST_PAGE}{shown}"),
                lambda plugin: _approve(hub, author, plugin),
            )


@contextlib.contextmanager
def data_folder(source: Path) -> Any:
    """Give the folder of the author's own hub: the account's own, or one for this run."""
    home = kept_at(source) if source.is_dir() else None
    if home is not None and len(str(home)) <= _LONGEST:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield home
        return
    with tempfile.TemporaryDirectory(prefix="plexihub-dev-") as folder:
        yield Path(folder) / "hub"


def kept_at(source: Path) -> Path | None:
    """Tell where a plugin's own hub keeps its data; None where the account has no such place.

    Never beside the plugin: a folder that came with somebody else's plugin could hold a hub with a
    trusted plugin in it, which would run unconfined as soon as that hub starts.
    """
    said = Path(os.environ.get("XDG_STATE_HOME", ""))
    try:
        state = said if said.is_absolute() else Path.home() / ".local" / "state"
    except RuntimeError:
        return None
    name = hashlib.sha256(os.fsencode(source.resolve())).hexdigest()[:16]
    return state / "plexihub" / "dev" / name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def _author(hub: Hub) -> User:
    people = await hub.users.list()
    found = next((one for one in people if one.role == "admin" and one.is_active), None)
    if found is None:
        raise StartupError(
            "The hub of the plugin has no administrator any more.",
            where=str(hub.folder.path),
            next="Start with an empty one: plexihub plugin dev --fresh",
        )
    return found


async def _dashboards(api: Api) -> list[dict[str, Any]]:
    try:
        return await api.items("/dashboards")
    except RemoteError:
        return []  # the author disabled them


def _link(hub: Hub, author: User, page: str) -> str:
    if hub.development is None:
        raise RuntimeError("only a hub for development has links")
    # Behind the `#`, so that it is sent to no server and stands in no log.
    secret = hub.development.link(UserId(author.id))
    return f"{hub.address}{page}#sign-in={secret}"


async def _approve(hub: Hub, author: User, plugin: dict[str, Any]) -> bool:
    actor = Actor("user", author.id, author.username)
    ctx = CallContext(actor=actor, on_behalf_of=UserId(author.id), rights=ROLE_RIGHTS["admin"])
    try:
        for name in plugin["permissions"]["pending"]:
            await hub.kernel.approvals.approve(
                PluginId(plugin["id"]), name, ctx, digest=plugin["digest"]
            )
    except PlexiHubError:
        return False  # it stays pending, which is shown
    return True
