"""Attacks by SQL: two walls before the rows of others, each of which holds alone."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import Actor, CallContext
from plexihub.services.query import Order, SqliteReader, read_statement
from plexihub.services.query.sqlite import PERSON, views_of
from plexihub_sdk.data import Readable
from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.ids import UserId, new_id
from plexihub_sdk.permissions import ROLE_RIGHTS
from tests.attacks.hostile_sql import HOSTILE
from tests.support.plugins import Running, hub_here

pytestmark = pytest.mark.sandbox
PASSWORD = "correct horse battery"  # noqa: S105
CANARY = "CANARY-7f3a"


@dataclass(frozen=True)
class Loot:
    """A hub's database, and what must not leave it."""

    path: Path
    readables: tuple[Readable, ...]
    ada: str
    eve: str
    channel: str
    message: str
    own_message: str
    secrets: tuple[str, ...]

    def statement(self, name: str) -> str:
        """Fill in a hostile statement."""
        sql = HOSTILE[name].replace("{eve}", self.eve).replace("{channel}", self.channel)
        sql = sql.replace("{message}", self.message)
        return sql.replace("{{", "{").replace("}}", "}")

    def digest(self) -> str:
        """Tell the file's content, so that a change is seen."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()

    def found_in(self, answer: object) -> list[str]:
        """List what must not be in an answer or an error."""
        # What a statement brings itself is no loot.
        text = json.dumps(answer, default=str, ensure_ascii=False)
        return [secret for secret in self.secrets if secret in text]


async def _fill(running: Running) -> list[str]:
    """Make two people: one reads, the other has rows in every table."""
    hub, ids = running.hub, {}
    for name in ("ada", "eve"):
        answer = await running.post("/users", username=name, password=PASSWORD, role="member")
        ids[name] = answer.json()["id"]
        await running.client.post("/api/v1/session", json={"username": name, "password": PASSWORD})
    chat, boards = running.plugin("chat"), running.plugin("dashboards")
    people = {name: await hub.users.get(identity) for name, identity in ids.items()}
    who = {name: _person(user) for name, user in people.items()}
    await hub.users.update(CallContext(), ids["eve"], display_name=f"{CANARY} Eve")
    mine = await chat.actions.create_channel(who["ada"], name="Mine")
    hers = await chat.actions.create_channel(who["eve"], name=f"{CANARY} room")
    for _ in range(12):
        mine_said = await chat.actions.post(who["ada"], mine["id"], text="ours", client_id=new_id())
        said = await chat.actions.post(
            who["eve"], hers["id"], text=f'{{"{CANARY}": 1}}', client_id=new_id()
        )
    await chat.actions.react(who["eve"], said["id"], emoji="🎉")
    await boards.create(who["eve"], title=f"{CANARY} board")
    model = hub.database.get_model("File")
    await model.create(
        name=f"{CANARY}.txt", content_type="text/plain", size=1, digest="d", owner_id=ids["eve"]
    )
    return [ids["ada"], ids["eve"], hers["id"], said["id"], mine_said["id"]]


def _person(user: Any) -> Any:
    from plexihub.services.users import person  # noqa: PLC0415 - the name is taken here

    return person(user)


def _secrets(path: Path, eve: str, channel: str) -> tuple[str, ...]:
    with closing(sqlite3.connect(path)) as connection:
        found = [row[0] for row in connection.execute("SELECT password_hash FROM users")]
        for row in connection.execute("SELECT token_hash, csrf FROM sessions"):
            found += row
        found += [row[0].strip('"') for row in connection.execute("SELECT value FROM settings")]
    assert len(found) >= 7
    return (CANARY, eve, channel, "argon2", "CREATE TABLE", *found)


def _loot(path: Path, readables: tuple[Readable, ...], ids: list[str]) -> Loot:
    ada, eve, channel, hers, mine = ids
    secrets = _secrets(path, eve, channel)
    return Loot(path, readables, ada, eve, channel, hers, mine, secrets)


@pytest.fixture(scope="module")
def loot(tmp_path_factory: pytest.TempPathFactory) -> Loot:
    """Fill a real hub's database and stop the hub."""
    folder = tmp_path_factory.mktemp("sql")

    async def fill() -> tuple[list[str], tuple[Readable, ...]]:
        async with hub_here(folder, builtin=("chat", "dashboards")) as running:
            return await _fill(running), tuple(running.hub.data.readables())

    ids, readables = asyncio.run(fill())
    path = next((folder / "data").rglob("*.db"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return _loot(path, readables, ids)


def _order(loot: Loot, sql: str, values: dict[str, Any], *, seconds: float = 30.0) -> Order:
    return Order(
        sql=sql,
        values=values,
        readables=loot.readables,
        person=loot.ada,
        deadline=time.monotonic() + seconds,
    )


def _told(error: PlexiHubError) -> list[str]:
    return [str(error), error.message, error.where, error.next, repr(error)]


def _without_own(sql: str, answer: object) -> object:
    """Take away what the statement itself brought: an error may name it."""
    text = json.dumps(answer, default=str, ensure_ascii=False)
    return "".join(part for part in text.split() if part.strip("'\".,") not in sql)


def _read_all(loot: Loot, sql: str, values: dict[str, Any]) -> object:
    """Read on the second wall's connection and answer the rows or the refusal's texts."""
    reader = SqliteReader(loot.path)
    try:
        return reader.read(_order(loot, sql, values))
    except PlexiHubError as error:
        return _told(error)
    finally:
        reader.close()


@pytest.mark.parametrize("table", ["users", "chat_messages", "files", "dashboards", "sessions"])
def test_loot_is_there_for_whoever_gets_through(loot: Loot, table: str) -> None:
    """Without walls it is found, so a test that finds nothing says something."""
    with closing(sqlite3.connect(loot.path)) as connection:
        rows = connection.execute(f"SELECT * FROM main.{table}").fetchall()  # noqa: S608
    assert loot.found_in(rows)


@pytest.mark.checklist("A-28", "A-31")
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_of_others_comes_through_both_walls(loot: Loot, name: str) -> None:
    """A refusal or rows of the reader's own; never a byte of others, and nothing has changed."""
    sql, before = loot.statement(name), loot.digest()
    try:
        statement = read_statement(sql, ["x"] if "$1" in sql else [], loot.readables)
        answer = _read_all(loot, statement.sql, dict(statement.values))
    except PlexiHubError as error:
        answer = _told(error)
    assert not loot.found_in(_without_own(sql, answer))
    assert loot.digest() == before


@pytest.mark.checklist("A-31")
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_of_others_comes_through_the_database_alone(loot: Loot, name: str) -> None:
    """The text as it came, which nobody read before: the connection holds it."""
    sql, before = loot.statement(name), loot.digest()
    answer = _read_all(loot, sql, {"1": "x" * 100_000} if "$1" in sql else {})
    assert not loot.found_in(_without_own(sql, answer))
    assert loot.digest() == before


@pytest.mark.checklist("A-31")
@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_of_others_comes_through_the_parser_alone(
    loot: Loot, name: str, tmp_path: Path
) -> None:
    """What it lets through is run on a connection that may do anything."""
    sql = loot.statement(name)
    try:
        statement = read_statement(sql, ["x"] if "$1" in sql else [], loot.readables)
    except PlexiHubError as error:
        refused = _told(error)
    else:
        refused = []
    assert not loot.found_in(_without_own(sql, refused))
    if refused:
        return
    copy = tmp_path / "copy.db"
    shutil.copyfile(loot.path, copy)
    answer: object
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.create_function(PERSON, 0, lambda: loot.ada, deterministic=True)
        for readable in loot.readables:
            for view in views_of(readable, f"hidden_{readable.name}"):
                connection.execute(view)
        end = time.monotonic() + 1.0
        connection.set_progress_handler(lambda: time.monotonic() > end, 1000)
        try:
            answer = connection.execute(statement.sql, statement.values).fetchmany(5000)
        except sqlite3.Error as error:
            answer = [str(error)]
    assert not loot.found_in(_without_own(sql, answer))
    assert copy.read_bytes() == loot.path.read_bytes()


@pytest.mark.checklist("A-31")
@pytest.mark.parametrize(
    "name", [name for name in HOSTILE if name.startswith(("base-", "sessions", "master", "cte-as"))]
)
@pytest.mark.parametrize("wall", ["parser", "database"])
def test_what_nobody_offers_is_refused_not_empty(loot: Loot, name: str, wall: str) -> None:
    """Each wall says no by itself, with a reason and what to do."""
    sql = loot.statement(name)
    if wall == "parser":
        with pytest.raises(PlexiHubError) as refused:
            read_statement(sql, [], loot.readables)
    else:
        reader = SqliteReader(loot.path)
        with pytest.raises(PlexiHubError) as refused:
            reader.read(_order(loot, sql, {}))
        reader.close()
    assert refused.value.message
    assert refused.value.next


@pytest.mark.checklist("A-31")
@pytest.mark.parametrize(
    "name", [name for name in HOSTILE if name.startswith("error-") and name != "error-json"]
)
def test_errors_tell_nothing_of_rows_that_are_not_seen(loot: Loot, name: str) -> None:
    """A condition that fails on another's row is never tried on it; on one's own, it fails."""
    reader = SqliteReader(loot.path)
    sql = loot.statement(name)
    assert len(reader.read(_order(loot, sql, {}))) == 1
    for hers, own in (
        (loot.message, loot.own_message),
        (loot.eve, loot.ada),
        ("'eve'", "'ada'"),
        ("CANARY", "ours"),
    ):
        if hers in sql and "FROM files" not in sql:
            with pytest.raises(PlexiHubError):
                reader.read(_order(loot, sql.replace(hers, own), {}))
    reader.close()


@pytest.mark.anyio
async def test_gateway_holds_every_statement(tmp_path: Path) -> None:
    """By the whole way of a plugin's call, for a person who is there; each is on record."""
    async with hub_here(tmp_path, builtin=("chat", "dashboards")) as running:
        ids = await _fill(running)
        path = next((tmp_path / "data").rglob("*.db"))
        loot = _loot(path, (), ids)
        ctx = CallContext(
            actor=Actor("plugin", "thief"),
            on_behalf_of=UserId(loot.ada),
            rights=ROLE_RIGHTS["member"],
            deadline=time.monotonic() + 60,
        )
        for name in HOSTILE:
            sql = loot.statement(name)
            try:
                answer: object = await running.hub.data.query(
                    ctx, sql, ["x"] if "$1" in sql else []
                )
            except PlexiHubError as error:
                answer = _told(error)
            assert not loot.found_in(_without_own(sql, answer)), name
        records = await running.audited("data.query")
        assert {one[0] for one in records} == {"thief"}
        assert {one[2] for one in records} >= {"ok", "denied", "failed"}
        assert len(await running.hub.users.list()) == 2
