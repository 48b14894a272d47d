"""People are created, changed and deleted under the hub's rules, with a word from plugins."""

import math
import re
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel import plain
from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.events import EventBus
from plexihub.kernel.hooks import HookTable
from plexihub.services.database import Database
from plexihub.services.users import Sessions, UserManager
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError, Veto
from tests.unit.services.conftest import AuditKept

pytestmark = pytest.mark.anyio

CTX = CallContext(deadline=math.inf)
ADA = {"username": "Ada", "display_name": "Ada L.", "password": "correct horse", "role": "admin"}
BOB = {"username": "bob", "password": "correct horse"}


async def test_created_person_is_told_stored_and_recorded(
    users: UserManager, bus: EventBus, audit: AuditKept
) -> None:
    """The event carries the public record, which has no password in it."""
    heard: list[Any] = []
    bus.subscribe("user.created", heard.append)
    ada = await users.create(CTX, **ADA)
    await bus.settle()
    assert heard == [{"user": users.public(ada)}]
    assert "correct horse" not in str(heard) + str(audit.entries)
    assert ada.password_hash.startswith("$argon2id$")
    assert audit.told() == [("user.create", "Ada", "ok")]
    assert await users.find("ADA") == ada


@pytest.mark.checklist("P-17")
async def test_hook_changes_what_is_stored(users: UserManager, hooks: HookTable) -> None:
    """What a handler of user.creating leaves is in the first row, and it never sees a password."""
    seen: list[set[str]] = []

    def tag(data: dict[str, Any]) -> None:
        seen.append(set(data))
        data["tags"].append("tagged")
        data["display_name"] = "Robert"

    hooks.add("user.creating", tag)
    bob = await users.create(CTX, **BOB)
    assert (bob.tags, bob.display_name) == (["tagged"], "Robert")
    assert (await users.get(bob.id)).tags == ["tagged"]
    assert seen == [{"username", "display_name", "role", "tags", "permissions", "extensions"}]


async def test_hook_cannot_leave_nonsense(users: UserManager, hooks: HookTable) -> None:
    """What a handler leaves is checked like what a person types."""
    hooks.add("user.creating", lambda data: data.update(role="emperor"))
    with pytest.raises(InputError, match="role"):
        await users.create(CTX, **BOB)
    assert await users.list() == []


async def test_veto_creates_nobody(
    users: UserManager, hooks: HookTable, audit: AuditKept, bus: EventBus
) -> None:
    """A refusal stores nothing, tells nothing and is recorded with its reason."""
    heard: list[Any] = []
    bus.subscribe("user.created", heard.append)

    def refuse(_data: dict[str, Any]) -> None:
        raise Veto("no more people")

    hooks.add("user.creating", refuse)
    with pytest.raises(Veto, match="no more people"):
        await users.create(CTX, **BOB)
    await bus.settle()
    assert (await users.list(), heard) == ([], [])
    assert audit.told() == [("user.create", "bob", "vetoed")]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "ab"),
        ("username", "a" * 33),
        ("username", "bob smith"),
        ("username", "böb"),
        ("username", "bob\n"),
        ("display_name", "  "),
        ("display_name", "x" * 81),
        ("display_name", "a\u202eb"),
        ("password", "short"),
        ("password", "x" * 201),
        ("role", "root"),
        ("role", None),
    ],
)
async def test_wrong_field_is_named(users: UserManager, field: str, value: Any) -> None:
    """Every rule names the field it is about, and nobody is created."""
    wrong: dict[str, Any] = {**ADA, field: value}
    with pytest.raises(InputError) as caught:
        await users.create(CTX, **wrong)
    assert caught.value.where == ("display_name" if value == "  " else field)
    assert await users.list() == []


async def test_unforeseen_failure_is_recorded_as_one(
    users: UserManager, database: Database, audit: AuditKept
) -> None:
    """The audit never says ok of what did not happen."""
    await database.execute("DROP TABLE users")
    with pytest.raises(InputError, match="no such table"):
        await users.create(CTX, **BOB)
    assert audit.told() == [("user.create", "bob", "failed")]


async def test_taken_name_in_another_case_is_refused(users: UserManager) -> None:
    """Two people cannot differ in case only."""
    await users.create(CTX, **BOB)
    with pytest.raises(ConflictError, match="BOB"):
        await users.create(CTX, username="BOB", password="correct horse")  # noqa: S106
    assert len(await users.list()) == 1


async def test_hook_changes_an_update(users: UserManager, hooks: HookTable) -> None:
    """A handler of user.updating may change the fields to be written."""
    bob = await users.create(CTX, **BOB)
    hooks.add("user.updating", lambda data: data["changes"].update(tags=["vip"]))
    changed = await users.update(CTX, bob.id, display_name="Bob B.")
    assert (changed.display_name, changed.tags) == ("Bob B.", ["vip"])


async def test_unknown_field_changes_nothing(users: UserManager) -> None:
    """A field that cannot be set is refused by name."""
    bob = await users.create(CTX, **BOB)
    with pytest.raises(InputError, match="username"):
        await users.update(CTX, bob.id, username="root", role="admin")
    assert (await users.get(bob.id)).role == "member"


@pytest.mark.parametrize("change", [{"role": "member"}, {"is_active": False}, None])
async def test_last_admin_stays(users: UserManager, change: dict[str, Any] | None) -> None:
    """The last active administrator is neither demoted, deactivated nor deleted."""
    ada = await users.create(CTX, **ADA)
    gone = await users.create(CTX, **{**ADA, "username": "gone"})
    await users.update(CTX, gone.id, is_active=False)
    with pytest.raises(ConflictError, match="last active administrator"):
        await (users.delete(CTX, ada.id) if change is None else users.update(CTX, ada.id, **change))
    assert (await users.get(ada.id)).role == "admin"


async def test_nobody_deletes_themselves(users: UserManager) -> None:
    """An administrator cannot delete the account in use."""
    ada = await users.create(CTX, **ADA)
    await users.create(CTX, **{**ADA, "username": "eve"})
    with pytest.raises(ConflictError, match="yourself"):
        await users.delete(CallContext(actor=Actor("user", ada.id)), ada.id)


async def test_deleted_person_is_gone_and_told(users: UserManager, bus: EventBus) -> None:
    """Deleting tells who it was; asking again says there is none."""
    heard: list[Any] = []
    bus.subscribe("user.deleted", heard.append)
    await users.create(CTX, **ADA)
    bob = await users.create(CTX, **BOB)
    await users.delete(CTX, bob.id)
    await bus.settle()
    assert heard == [{"id": bob.id, "username": "bob"}]
    with pytest.raises(NotFoundError):
        await users.get(bob.id)


async def test_deactivation_ends_the_sessions(users: UserManager, sessions: Sessions) -> None:
    """A deactivated person is signed out everywhere."""
    bob = await users.create(CTX, **BOB)
    token, _ = await sessions.create(CTX, bob)
    await users.update(CTX, bob.id, is_active=False)
    assert await sessions.find(token) is None
    await users.update(CTX, bob.id, is_active=True)
    assert await sessions.find(token) is None


async def test_new_password_ends_the_other_sessions(users: UserManager, sessions: Sessions) -> None:
    """Whoever knew the old password is out; the browser that changed it stays in."""
    bob = await users.create(CTX, **BOB)
    here, kept = await sessions.create(CTX, bob)
    elsewhere, _ = await sessions.create(CTX, bob)
    await users.update(CTX, bob.id, password="battery staple", keep_session=kept.id)  # noqa: S106
    assert await sessions.find(here) is not None
    assert await sessions.find(elsewhere) is None
    await users.authenticate(CTX, "bob", "battery staple")


async def test_plain_code_uses_the_service_without_await(users: UserManager) -> None:
    """A plugin's plain code creates and finds people."""

    def code() -> str:
        plainly: Any = users
        plainly.create(CTX, **BOB)
        name: str = plainly.find("bob").username
        return name

    assert await plain.run(code) == "bob"


SEED = Path(__file__).parents[3] / "seeds" / "plexichat-plugin-capabilities.md"


def seed_block(about: str) -> str:
    """Cut a documented example out of the document, byte for byte."""
    blocks: list[str] = re.findall(
        r"```python\n(.*?)```", SEED.read_text(encoding="utf-8"), re.DOTALL
    )
    return next(block for block in blocks if about in block)


async def test_plugin_promotes_a_person_as_documented(
    users: UserManager, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    """The documented code promotes who there is, and nobody else."""
    bob = await users.create(CTX, **BOB)
    names: dict[str, Any] = {}
    exec(seed_block("promote_user_to_admin"), names)  # noqa: S102
    context = type("Context", (), {"get_service": lambda _self, name: {"database": database}[name]})
    plugin = names["MyPlugin"](context())
    await plain.run(plugin.promote_user_to_admin, "nobody")
    await plain.run(plugin.promote_user_to_admin, "bob")
    assert (await users.get(bob.id)).role == "admin"
    assert capsys.readouterr().out == "User bob has been promoted to admin by MyPlugin.\n"
