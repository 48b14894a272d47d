"""What plugins may add to people, and what they may not."""

from typing import Any

import pytest

from plexihub.kernel.context import owner
from plexihub.services.database import Database
from plexihub.services.users import UserManager
from plexihub_sdk.errors import ConflictError, InputError
from plexihub_sdk.ids import PluginId
from tests.unit.services.users.test_account import BOB, CTX

pytestmark = pytest.mark.anyio


def as_plugin(name: str, work: Any) -> Any:
    """Do something as a plugin does."""
    token = owner.set(PluginId(name))
    try:
        return work()
    finally:
        owner.reset(token)


@pytest.mark.parametrize("name", ["username", "save", "to_dict", "_keeper", "two words", "phone"])
def test_taken_name_is_refused(users: UserManager, name: str) -> None:
    """A column's, a method's, another plugin's name, and what is no name: nothing is added."""
    as_plugin("first", lambda: users.add_property("phone"))
    for add in (lambda: users.add_property(name), lambda: users.add_method(name, print)):
        with pytest.raises((ConflictError, InputError), match=name):
            as_plugin("second", add)
    with pytest.raises(ConflictError, match="added by first"):
        as_plugin("second", lambda: users.add_property("phone"))


@pytest.mark.parametrize(
    "wrong", [{"kind": list}, {"default": 5}, {"visible": "friends"}, {"kind": int, "default": "x"}]
)
def test_property_that_cannot_be_is_refused(users: UserManager, wrong: dict[str, Any]) -> None:
    """Its type, default and audience are checked when it is added."""
    with pytest.raises(InputError):
        users.add_property("phone", **wrong)
    users.add_property("phone")


async def test_value_survives_its_plugin(
    users: UserManager, database: Database, ownership: Any
) -> None:
    """Set, saved, gone with the plugin while the value is kept, and back with it."""
    bob = await users.create(CTX, **BOB)
    as_plugin("phones", lambda: users.add_property("phone", default="none"))
    assert bob.phone == "none"
    bob.phone = "+44"
    with pytest.raises(InputError, match="text"):
        bob.phone = 5
    await bob.save()
    ownership.drop(PluginId("phones"))
    found = await database.get_model("User").find_one({"username": "bob"})
    assert not hasattr(found, "phone")
    assert found.extensions == {"phone": "+44"}
    with pytest.raises(InputError, match="phone"):
        found.phone = "gone"
    users.add_property("phone")
    assert found.phone == "+44"
    found.phone = None
    await found.save()
    assert (await users.get(bob.id)).extensions == {}


async def test_method_runs_as_its_own_plugin(users: UserManager) -> None:
    """Whoever calls it: what it registers belongs to the plugin that added it."""
    bob = await users.create(CTX, **BOB)

    async def later(user: Any) -> tuple[str, Any]:
        return user.username, owner.get()

    as_plugin("first", lambda: users.add_method("whose", lambda _user: owner.get()))
    as_plugin("first", lambda: users.add_method("later", later))
    assert as_plugin("second", bob.whose) == "first"
    assert await bob.later() == ("bob", "first")
    with pytest.raises(InputError, match="method"):
        bob.whose = 5
