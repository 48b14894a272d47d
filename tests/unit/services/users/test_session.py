"""Sessions: a random token, of which only a hash is kept, that ends when it should."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.events import EventBus
from plexihub.services.database import Database, User
from plexihub.services.users import Sessions, UserManager
from plexihub.services.users import session as module
from plexihub_sdk.models import now

pytestmark = pytest.mark.anyio

CTX = CallContext(deadline=math.inf)


@pytest.fixture
async def bob(users: UserManager) -> User:
    """A person."""
    return await users.create(CTX, username="bob", password="correct horse")  # noqa: S106


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Move the sessions' clock."""

    def move(by: timedelta) -> None:
        moment: datetime = now() + by
        monkeypatch.setattr(module, "now", lambda: moment)

    return move


@pytest.mark.checklist("P-11", "P-49", "P-50")
async def test_login_and_logout_are_told_once(sessions: Sessions, bob: User, bus: EventBus) -> None:
    """Each carries the person's and the session's id."""
    heard: list[tuple[str, Any]] = []
    bus.subscribe("user.login", lambda data: heard.append(("user.login", data)))
    bus.subscribe("user.logout", lambda data: heard.append(("user.logout", data)))
    _, session = await sessions.create(CTX, bob)
    assert await sessions.revoke(CTX, session.id)
    assert not await sessions.revoke(CTX, session.id)
    await bus.settle()
    ids = {"userId": bob.id, "sessionId": session.id}
    assert [(name, data["userId"], data["sessionId"]) for name, data in heard] == [
        ("user.login", *ids.values()),
        ("user.logout", *ids.values()),
    ]
    assert heard[0][1]["user"]["username"] == "bob"


async def test_token_is_kept_nowhere(sessions: Sessions, bob: User, database: Database) -> None:
    """A stolen database opens no session."""
    token, session = await sessions.create(CTX, bob)
    stored = (await database.get_model("Session").find_one()).to_dict()
    assert token not in str(stored)
    assert await sessions.find(session.token_hash) is None
    found = await sessions.find(token)
    assert found is not None
    assert (found.session, found.user) == (session, bob)


@pytest.mark.parametrize("token", ["", "x", "\ud800".encode("utf-8", "surrogatepass").hex()])
async def test_unknown_token_is_nobody(sessions: Sessions, bob: User, token: str) -> None:
    """Whatever is no token finds nobody."""
    await sessions.create(CTX, bob)
    assert await sessions.find(token) is None


async def test_idle_session_expires(
    sessions: Sessions, bob: User, later: Callable[[timedelta], None]
) -> None:
    """A session that nobody used for two weeks is over."""
    token, _ = await sessions.create(CTX, bob)
    later(module.IDLE + timedelta(seconds=1))
    assert await sessions.find(token) is None


async def test_used_session_goes_on_up_to_a_limit(
    sessions: Sessions, bob: User, later: Callable[[timedelta], None]
) -> None:
    """Use renews a session, but not for ever."""
    token, _ = await sessions.create(CTX, bob)
    for days in range(10, 90, 10):
        later(timedelta(days=days))
        assert await sessions.find(token) is not None, days
    later(module.LONGEST + timedelta(seconds=1))
    assert await sessions.find(token) is None


@pytest.mark.checklist("P-55")
async def test_role_written_to_the_database_counts_at_once(
    sessions: Sessions, bob: User, database: Database
) -> None:
    """The next look at a session sees a role that was changed past every service."""
    token, _ = await sessions.create(CTX, bob)
    await database.execute("UPDATE users SET role = 'admin' WHERE username = 'bob'")
    found = await sessions.find(token)
    assert found is not None
    assert found.user.role == "admin"


async def test_oldest_session_goes_when_there_are_too_many(
    sessions: Sessions, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signing in over and over does not fill the database."""
    monkeypatch.setattr(module, "MOST_EACH", 3)
    tokens = [(await sessions.create(CTX, bob))[0] for _ in range(5)]
    found = [await sessions.find(token) is not None for token in tokens]
    assert found == [False, False, True, True, True]
