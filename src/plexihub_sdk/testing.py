"""The testing kit as an author's tests see it: types for the fixtures, and the way to a hub.

With pytest nothing is imported: the fixtures `hub` and `plugin` are there. These types are for
those who write them down, and `open_hub` is for those who test without pytest. What stands behind
them is found when it is asked for, by an entry point: the SDK itself knows nothing of the hub.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Protocol

from plexihub_sdk.errors import StartupError

_GROUP = "plexihub.testing"


class Person(Protocol):
    """A signed-in person."""

    id: str
    username: str

    async def act(self, action: str, payload: dict[str, Any] | None = None) -> dict[str, Any]:
        """Have an action done, as a button of a widget does."""

    async def press(
        self, message: dict[str, Any], action: str, payload: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Press a button of a message."""

    async def post(self, text: str, channel: str = "general") -> dict[str, Any]:
        """Post a message into a channel of this name, and answer it."""

    async def command(self, text: str, channel: str = "general") -> dict[str, Any]:
        """Run a slash command in a channel of this name."""

    async def messages(self, channel: str = "general") -> list[dict[str, Any]]:
        """Answer the messages of a channel of this name."""


class Plugin(Protocol):
    """A plugin under test, in its real sandbox."""

    async def call(
        self,
        hook: str,
        payload: dict[str, Any] | None = None,
        *,
        person: Any = None,
        **fields: Any,
    ) -> Any:
        """Call one handler in the sandbox and answer what it returned."""

    async def run_job(self, job: str) -> dict[str, Any]:
        """Run one of its jobs now, and answer the run."""

    async def stored(self, user: str | None = None) -> dict[str, Any]:
        """Answer what it keeps under its keys."""

    async def audit(self, action: str = "") -> list[dict[str, Any]]:
        """Answer the audit's records of it, the oldest first."""

    async def permissions(self) -> dict[str, list[str]]:
        """Answer which permissions are declared, were used, and were denied so far."""


class Hub(Protocol):
    """A hub in memory, with a clock that is told."""

    async def load(self, folder: Path | str, *, grant: list[str] | None = None) -> Plugin:
        """Install and enable a plugin in the sandbox."""

    async def person(self, username: str = "ada", *, role: str = "member") -> Person:
        """Create a person, signed in."""

    async def ask(self, hook: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Run a hook of the hub over every plugin, and answer its payload."""

    async def advance(self, **duration: float) -> datetime:
        """Let time go by: every job that is due meanwhile runs, at its moment."""

    def answer(self, url: str, **answer: Any) -> None:
        """Declare what another machine answers: `status`, `json`, `text`, `headers`, `method`."""

    async def audit(self, action: str = "", *, plugin: str = "") -> list[dict[str, Any]]:
        """Answer records of the audit, the oldest first."""


def open_hub(settings: Mapping[str, Any] | None = None) -> AbstractAsyncContextManager[Hub]:
    """Make a hub in memory, to be entered with `async with`.

    Args:
        settings: Of the hub, by key.

    Raises:
        StartupError: The hub itself is not installed.
    """
    for point in entry_points(group=_GROUP):
        made: AbstractAsyncContextManager[Hub] = point.load()(dict(settings or {}))
        return made
    raise StartupError(
        "A hub in memory needs the hub, and only its SDK is installed.",
        next="Install it: pip install plexihub",
    )
