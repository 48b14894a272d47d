"""Signing in: the right password, a throttle, and a word from plugins."""

import math
from typing import Any

import pytest
from argon2 import PasswordHasher

from plexihub.kernel.context import CallContext
from plexihub.kernel.hooks import HookTable
from plexihub.services.users import Passwords, TooManyRequestsError, UserManager
from plexihub.services.users.throttle import Throttle
from plexihub_sdk.errors import BadCredentialsError, Veto
from tests.unit.services.conftest import AuditKept

pytestmark = pytest.mark.anyio

CTX = CallContext(deadline=math.inf)
RIGHT = "correct horse"


@pytest.mark.parametrize(
    ("name", "password"), [("bob", "wrong"), ("nobody", RIGHT), ("", ""), ("x" * 5000, RIGHT)]
)
async def test_wrong_credentials_get_one_answer(
    users: UserManager, audit: AuditKept, name: str, password: str
) -> None:
    """Nothing tells a wrong name from a wrong password."""
    await users.create(CTX, username="bob", password=RIGHT)
    with pytest.raises(BadCredentialsError, match="username or the password is wrong"):
        await users.authenticate(CTX, name, password)
    assert audit.told()[-1] == ("user.authenticate", name[:32], "denied")


async def test_right_password_in_another_case_of_the_name(users: UserManager) -> None:
    """The name's case does not matter, the password's does."""
    bob = await users.create(CTX, username="Bob", password=RIGHT)
    assert await users.authenticate(CTX, "bOB", RIGHT) == bob
    with pytest.raises(BadCredentialsError):
        await users.authenticate(CTX, "bob", RIGHT.upper())


async def test_deactivated_person_is_refused_like_a_stranger(users: UserManager) -> None:
    """Nothing tells that the account exists."""
    bob = await users.create(CTX, username="bob", password=RIGHT)
    await users.update(CTX, bob.id, is_active=False)
    with pytest.raises(BadCredentialsError, match="username or the password is wrong"):
        await users.authenticate(CTX, "bob", RIGHT)


@pytest.mark.checklist("P-52")
async def test_plugin_refuses_the_right_password(
    users: UserManager, hooks: HookTable, audit: AuditKept
) -> None:
    """A handler of user.authenticating refuses with its reason; wrong passwords never ask it."""
    asked: list[Any] = []

    def refuse(data: dict[str, Any]) -> None:
        asked.append(data["username"])
        raise Veto("Closed on Sundays.")

    await users.create(CTX, username="bob", password=RIGHT)
    hooks.add("user.authenticating", refuse)
    with pytest.raises(BadCredentialsError):
        await users.authenticate(CTX, "bob", "wrong")
    with pytest.raises(Veto, match="Closed on Sundays"):
        await users.authenticate(CTX, "bob", RIGHT)
    assert asked == ["bob"]
    assert audit.told()[-1] == ("user.authenticate", "bob", "vetoed")


async def test_failing_guard_refuses(users: UserManager, hooks: HookTable) -> None:
    """A handler that guards sign-in and breaks down lets nobody in."""
    await users.create(CTX, username="bob", password=RIGHT)
    hooks.add("user.authenticating", lambda data: data["missing"])
    with pytest.raises(Veto):
        await users.authenticate(CTX, "bob", RIGHT)


async def test_guessing_is_slowed_down(users: UserManager) -> None:
    """After ten wrong passwords even the right one waits; other addresses do not."""
    await users.create(CTX, username="bob", password=RIGHT)
    for _ in range(10):
        with pytest.raises(BadCredentialsError):
            await users.authenticate(CTX, "bob", "wrong", address="10.0.0.1")
    with pytest.raises(TooManyRequestsError) as caught:
        await users.authenticate(CTX, "bob", RIGHT, address="10.0.0.1")
    assert "seconds" in caught.value.next
    await users.authenticate(CTX, "bob", RIGHT, address="10.0.0.2")


async def test_hash_of_another_cost_is_renewed(users: UserManager) -> None:
    """Signing in renews a hash made with yesterday's cost."""
    bob = await users.create(CTX, username="bob", password=RIGHT)
    costly = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    bob.password_hash = costly.hash(RIGHT)
    await bob.save()
    signed_in = await users.authenticate(CTX, "bob", RIGHT)
    assert "m=8,t=1" in signed_in.password_hash
    assert await users.authenticate(CTX, "bob", RIGHT) == bob


async def test_damaged_hash_lets_nobody_in(users: UserManager) -> None:
    """A hash that is none is a wrong password, not a crash."""
    bob = await users.create(CTX, username="bob", password=RIGHT)
    bob.password_hash = "gibberish"  # noqa: S105
    await bob.save()
    with pytest.raises(BadCredentialsError):
        await users.authenticate(CTX, "bob", RIGHT)


async def test_hash_of_nobody_costs_the_same(anyio_backend: object) -> None:
    """What unknown people are checked against is a well-formed hash of the same cost."""
    passwords = Passwords()
    assert not passwords.is_outdated(passwords._nobody)
    assert not await passwords.verify(None, "anything")
    passwords.close()


def test_throttle_lets_one_more_in_after_a_while() -> None:
    """Attempts come back one by one, and a success gives them all back."""
    clock = [0.0]
    throttle = Throttle(2, 5.0, clock=lambda: clock[0])
    throttle.take("a")
    throttle.take("a")
    with pytest.raises(TooManyRequestsError):
        throttle.take("a")
    clock[0] = 5.0
    throttle.take("a")
    with pytest.raises(TooManyRequestsError):
        throttle.take("a")
    throttle.forget("a")
    throttle.take("a")
