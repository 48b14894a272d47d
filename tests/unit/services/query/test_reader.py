"""The database's wall: how much one query takes, and when it ends."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import Actor, CallContext
from plexihub.services.query import Order, ReadLimits, SqliteReader
from plexihub.services.query.lanes import AT_ONCE, WAITING, Lanes
from plexihub_sdk.data import Readable, ReadColumn
from plexihub_sdk.errors import InputError, LimitExceededError, PlexiHubError

NOTES = Readable(
    name="notes",
    doc="Notes.",
    table="kept_notes",
    columns=(ReadColumn("id"), ReadColumn("text"), ReadColumn("at", "moment")),
    where="owner = :person",
)
ENDLESS = "SELECT count(*) FROM " + ", ".join(f"notes n{at}" for at in range(8))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Keep two hundred notes of each of two people."""
    with closing(sqlite3.connect(tmp_path / "notes.db")) as connection, connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE kept_notes (id TEXT, owner TEXT, text TEXT, at TEXT)")
        for at in range(200):
            for owner in ("ada", "eve"):
                row = (f"{owner}{at}", owner, "x" * 100, "2026-02-03 04:05:06.789000")
                connection.execute("INSERT INTO kept_notes VALUES (?, ?, ?, ?)", row)
    return tmp_path / "notes.db"


def order(sql: str, *, person: str | None = "ada", seconds: float = 60.0, **more: Any) -> Order:
    """Order a query for somebody."""
    end = time.monotonic() + seconds
    return Order(sql=sql, values={}, readables=(NOTES,), person=person, deadline=end, **more)


def read(path: Path, one: Order, **limits: Any) -> list[dict[str, Any]]:
    """Read with a reader of its own."""
    reader = SqliteReader(path, ReadLimits(**limits))
    try:
        return reader.read(one)
    finally:
        reader.close()


@pytest.mark.checklist("A-31")
def test_each_person_has_their_own_rows_on_one_connection(path: Path) -> None:
    """Who it is read for is told anew each time; for nobody there is no row."""
    reader = SqliteReader(path)
    sql = "SELECT min(id) AS first, count(*) AS n, max(at) AS at FROM notes"
    at = "2026-02-03T04:05:06.789Z"
    assert reader.read(order(sql)) == [{"first": "ada0", "n": 200, "at": at}]
    assert reader.read(order(sql, person="eve")) == [{"first": "eve0", "n": 200, "at": at}]
    assert reader.read(order(sql, person=None)) == [{"first": None, "n": 0, "at": None}]
    assert reader.read(order(sql, person="' OR '1'='1")) == [{"first": None, "n": 0, "at": None}]
    reader.close()


@pytest.mark.parametrize(
    ("sql", "limits"),
    [
        ("SELECT id FROM notes", {"rows": 199}),
        ("SELECT text FROM notes", {"answer_bytes": 19_999}),
        ("SELECT group_concat(text) FROM notes", {"value_bytes": 20_000}),
        (ENDLESS, {"cpu_seconds": 0.2}),
    ],
)
def test_query_over_a_limit_ends_with_a_reason(
    path: Path, sql: str, limits: dict[str, Any]
) -> None:
    """Rows, bytes, a value's size and processor time; the bound itself is still fine."""
    with pytest.raises(LimitExceededError) as refused:
        read(path, order(sql), **limits)
    assert refused.value.next
    assert len(read(path, order("SELECT id FROM notes"), rows=200)) == 200


def test_endless_query_costs_no_more_processor_time_than_it_may(path: Path) -> None:
    """Measured by the thread's own clock, whatever else the machine does."""
    begun = time.thread_time()
    with pytest.raises(LimitExceededError):
        read(path, order(ENDLESS), cpu_seconds=0.5)
    assert 0.5 <= time.thread_time() - begun < 1.5


def test_query_ends_at_the_deadline_and_when_nobody_waits(path: Path) -> None:
    """Both are seen while it runs; the connection is good for the next one."""
    reader = SqliteReader(path)
    with pytest.raises(LimitExceededError):
        reader.read(order(ENDLESS, seconds=0.1))
    stop = threading.Event()
    timer = threading.Timer(0.1, stop.set)
    timer.start()
    with pytest.raises(LimitExceededError):
        reader.read(order(ENDLESS, stop=stop))
    timer.join()
    assert reader.read(order("SELECT 1 AS one")) == [{"one": 1}]
    reader.close()


def test_writer_is_never_kept_waiting(path: Path) -> None:
    """A write goes through in the middle of a query."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def query() -> None:
        try:
            read(path, order(ENDLESS, stop=stop), cpu_seconds=30.0)
        except PlexiHubError as error:
            failures.append(error)

    thread = threading.Thread(target=query)
    thread.start()
    with closing(sqlite3.connect(path, timeout=0)) as connection, connection:
        connection.execute("DELETE FROM kept_notes WHERE id = 'ada1'")
    is_running = thread.is_alive()
    stop.set()
    thread.join()
    assert is_running
    assert len(failures) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT CAST(x'ff00ff' AS TEXT) AS a",
        "SELECT x'ff' AS a",
        "SELECT 9e999 AS a",
        "SELECT id, id FROM notes",
        "SELECT json_extract('secret-text', '$')",
        "SELECT trim('a', 'b')",
    ],
)
def test_values_that_cannot_be_sent_are_told_without_them(path: Path, sql: str) -> None:
    """What JSON cannot carry, and what a function refuses, is an error of the caller's."""
    with pytest.raises(InputError) as refused:
        read(path, order(sql))
    assert "secret" not in str(refused.value)


@pytest.mark.anyio
async def test_plugin_that_asks_too_often_waits_and_is_refused(path: Path) -> None:
    """Two of its queries run, a few wait, the rest are refused; another plugin is not concerned."""
    lanes, gate = Lanes(), threading.Event()
    ctx = CallContext(actor=Actor("plugin", "greedy"), deadline=time.monotonic() + 60)
    running: list[int] = []

    def work(stop: threading.Event) -> int:
        running.append(1)
        gate.wait(30)
        return len(running)

    tasks = [asyncio.create_task(lanes.run("greedy", ctx, work)) for _ in range(WAITING)]
    await asyncio.sleep(0.05)
    with pytest.raises(LimitExceededError):
        await lanes.run("greedy", ctx, work)
    assert await lanes.run("other", ctx, lambda _stop: "done") == "done"
    assert len(running) <= AT_ONCE
    gate.set()
    assert len(await asyncio.gather(*tasks)) == WAITING
    await lanes.close()


@pytest.mark.anyio
async def test_query_that_nobody_awaits_any_more_is_stopped(path: Path) -> None:
    """The thread learns of it, and keeps its lane until it has ended."""
    lanes, seen = Lanes(), threading.Event()
    ctx = CallContext(actor=Actor("plugin", "gone"), deadline=time.monotonic() + 60)

    def work(stop: threading.Event) -> None:
        seen.set()
        stop.wait(30)

    task = asyncio.create_task(lanes.run("gone", ctx, work))
    await asyncio.to_thread(seen.wait, 10)
    begun = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await lanes.close()
    assert time.monotonic() - begun < 20
