"""The open connections of plugins' WebSocket routes: bounded, and ended from outside."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from plexihub.kernel.events import EventBus
from plexihub.kernel.ports import Undo
from plexihub_sdk.errors import LimitExceededError

MOST_A_SENDER = 20
MOST = 2000


class Ends(Protocol):
    """A connection."""

    def end(self, why: str) -> None:
        """End it, for one of the reasons of `plugin_socket.ENDINGS`."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenSocket:
    """One connection and what it depends on.

    Args:
        line: The connection.
        route: Its route; without it the connection ends.
        sender: Whose it is: a person, or an address where nobody is signed in.
        session: The sign-in it came by; empty for none.
    """

    line: Ends
    route: object
    sender: str
    session: str = ""


class OpenSockets:
    """The connections there are now."""

    def __init__(self) -> None:
        self._open: set[OpenSocket] = set()

    def listen(self, bus: EventBus) -> Undo:
        """End the connections of each session that ends, of one that acts as somebody, too."""
        return bus.subscribe(
            "session.deleted", lambda data: self._end_session(str(data.get("id", "")))
        )

    @contextmanager
    def held(self, one: OpenSocket) -> Iterator[None]:
        """Count a connection for as long as the block runs.

        Raises:
            LimitExceededError: There are too many, of this sender or in all.
        """
        of_sender = sum(other.sender == one.sender for other in self._open)
        if of_sender >= MOST_A_SENDER or len(self._open) >= MOST:
            raise LimitExceededError("too many connections are open", next="Close one first.")
        self._open.add(one)
        try:
            yield
        finally:
            self._open.discard(one)

    def end_route(self, route: object) -> None:
        """End the connections of a route that is taken back."""
        self._end([one for one in self._open if one.route is route], "disabled")

    def _end_session(self, session: str) -> None:
        # Who is not signed in has an empty one.
        self._end([one for one in self._open if session and one.session == session], "revoked")

    def close(self) -> None:
        """End every connection: the hub stops."""
        self._end(list(self._open), "closing")

    def _end(self, some: list[OpenSocket], why: str) -> None:
        for one in some:
            one.line.end(why)

    def __len__(self) -> int:
        return len(self._open)
