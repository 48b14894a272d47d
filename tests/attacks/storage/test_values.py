"""Attacks on what is kept by key, and on settings: by names, by size, by speed."""

from __future__ import annotations

import asyncio
import json
import unicodedata
from typing import Any

import pytest

from plexihub_sdk.errors import (
    ConflictError,
    InputError,
    LimitExceededError,
    NotFoundError,
    PermissionDenied,
)
from tests.attacks.storage.conftest import Field, context

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.checklist("A-20")]


# --- Names of keys ---


@pytest.mark.parametrize(
    "key",
    [
        "victim/a",
        "victim.a",
        "victim:a",
        "victim//a",
        "../victim/a",
        "victim%2Fa",
        "' OR plugin = 'victim' --",
        "a' UNION SELECT value FROM plugin_values --",
        "%",
        "_",
        "*",
        "__proto__",
        "constructor",
        "A",
        "a ",
        "а",  # noqa: RUF001 - Cyrillic
    ],
)
async def test_no_key_reaches_what_another_plugin_keeps(field: Field, key: str) -> None:
    """A key is text in the attacker's own compartment, whatever it looks like."""
    for space in ("storage", "storage.mine"):
        assert await field.ask(f"{space}.get", key=key) is None
        assert (await field.ask(f"{space}.list", prefix=key))["items"] == []
        assert await field.ask(f"{space}.delete", key=key) is False
        await field.ask(f"{space}.set", key=key, value="mine")
        assert await field.ask(f"{space}.get", key=key) == "mine"
        assert await field.ask(f"{space}.get", key="a") is None


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a\0b",
        "\0",
        "a\nb",
        "a\u202eb",
        "a\u200bb",
        "\ufeffa",
        unicodedata.normalize("NFD", "é"),
        "\u212b",
        "k" * 201,
        "k" * 3_000_000,
    ],
    ids=["empty", "nul", "only-nul", "line", "bidi", "zero", "bom", "nfd", "angstrom", "201", "3M"],
)
async def test_key_that_is_not_what_it_seems_is_refused(field: Field, key: str) -> None:
    """Signs that nobody sees and second spellings are no keys, in any call."""
    await field.refused(InputError, "storage.set", key=key, value=1)
    await field.refused(InputError, "storage.get", key=key)
    await field.refused(InputError, "storage.increment", key=key)
    if key:
        await field.refused(InputError, "storage.list", prefix=key)
    assert (await field.ask("storage.list"))["items"] == []


@pytest.mark.parametrize(
    "more",
    [
        {"plugin": "victim"},
        {"person": "u1"},
        {"owner": "victim"},
        {"user": "u1"},
        {"onBehalfOf": "u1"},
        {"if_version": 1},
        {"$where": "1"},
    ],
)
async def test_no_parameter_says_whose_compartment_it_is(field: Field, more: Any) -> None:
    """Who calls is the pipe: a parameter that names somebody is refused, not passed over."""
    await field.refused(InputError, "storage.get", key="a", **more)
    await field.refused(InputError, "storage.mine.set", key="a", value=1, **more)


@pytest.mark.parametrize("name", ["storage.victim.get", "storage.mine.mine.get", "STORAGE.GET"])
async def test_no_method_leads_to_another_compartment(field: Field, name: str) -> None:
    """There are the methods of the table, and no others."""
    await field.refused(NotFoundError, name, key="a")


async def test_person_is_who_the_call_is_for(field: Field) -> None:
    """Another person's compartment of the same plugin is not reached, nor any without a person."""
    dispatch = field.target.hub.kernel.gateway.dispatch
    await dispatch(context("attacker", "grace"), "storage.mine.set", {"key": "k", "value": 1})
    assert await dispatch(context("attacker", "eve"), "storage.mine.get", {"key": "k"}) is None
    with pytest.raises(InputError, match="no person"):
        await dispatch(context("attacker", None), "storage.mine.get", {"key": "k"})
    assert await dispatch(context("attacker", None), "storage.get", {"key": "k"}) is None


@pytest.mark.parametrize("method", ["storage.get", "storage.mine.get", "files.read", "tables.find"])
async def test_without_the_permission_nothing_is_kept(field: Field, method: str) -> None:
    """A plugin that was granted nothing is refused by name, and the refusal is on record."""
    params = {"files.read": {"path": "a"}, "tables.find": {"table": "notes"}}
    with pytest.raises(PermissionDenied):
        await field.ask(method, "nobody", **params.get(method, {"key": "a"}))
    record = (await field.target.records("gateway.call"))[0]
    assert (record.actor.id, record.target, record.outcome) == ("nobody", method, "denied")


# --- Size and speed ---


async def test_writes_at_one_time_do_not_pass_the_limit_together(field: Field) -> None:
    """Fifty writers with room for ten: ten are done, and the books say so."""
    await field.limit(storage_keys=10)
    writes = (field.ask("storage.set", key=f"k{at}", value=at) for at in range(50))
    answers = await asyncio.gather(*writes, return_exceptions=True)
    assert sum(isinstance(one, LimitExceededError) for one in answers) == 40
    assert len((await field.ask("storage.list"))["items"]) == 10
    assert (await field.target.hub.keep.values.usage("attacker")).count == 10


async def test_bytes_at_one_time_do_not_pass_the_limit_together(field: Field) -> None:
    """Compartments of many people are one plugin's: a person is no way around the limit."""
    await field.limit(storage_mb=1)
    dispatch = field.target.hub.kernel.gateway.dispatch
    params = {"key": "k", "value": "x" * 60_000}
    answers = await asyncio.gather(
        *(dispatch(context("attacker", f"p{at}"), "storage.mine.set", params) for at in range(40)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, dict) for one in answers) == 17
    assert (await field.target.hub.keep.values.usage("attacker")).size <= 2**20


async def test_replacing_and_deleting_at_one_time_leaves_the_books_right(field: Field) -> None:
    """Whatever the order was, what is counted is what is there."""
    work = []
    for at in range(30):
        key = f"k{at % 3}"
        work.append(field.ask("storage.set", key=key, value="x" * (at * 10)))
        work.append(field.ask("storage.delete", key=key))
    await asyncio.gather(*work, return_exceptions=True)
    items = (await field.ask("storage.list"))["items"]
    size = sum(len(one["key"]) + len(json.dumps(one["value"])) for one in items)
    usage = await field.target.hub.keep.values.usage("attacker")
    assert (usage.count, usage.size) == (len(items), size)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("x" * 70_000, LimitExceededError),
        ([[1] * 100] * 1000, LimitExceededError),
        ({"k" * 70_000: 1}, LimitExceededError),
        ("é" * 40_000, LimitExceededError),
    ],
    ids=["text", "list", "name", "signs"],
)
async def test_value_too_large_is_refused_whole(field: Field, value: Any, wanted: Any) -> None:
    """It is measured as it is kept: in bytes of JSON."""
    await field.refused(wanted, "storage.set", key="k", value=value)
    assert await field.ask("storage.get", key="k") is None


@pytest.mark.parametrize("ttl", [0, -1, 1e300, "1", True, [1]])
async def test_end_that_is_no_time_is_refused(field: Field, ttl: Any) -> None:
    """Neither the past nor the end of time is an end."""
    await field.refused(InputError, "storage.set", key="k", value=1, ttl=ttl)
    await field.refused(InputError, "storage.increment", key="k", ttl=ttl)


@pytest.mark.parametrize("by", [2**53, -(2**53), 0.5, "1", None, True])
async def test_sum_of_what_is_no_safe_number_is_refused(field: Field, by: Any) -> None:
    """Numbers are whole, and a double holds them."""
    await field.refused(InputError, "storage.increment", key="k", by=by)


async def test_ended_value_is_not_there_for_races(field: Field) -> None:
    """Between its end and the sweep a value can be neither read, counted on, nor met by version."""
    made = await field.ask("storage.set", key="k", value=41, ttl=0.05)
    await asyncio.sleep(0.1)
    assert await field.ask("storage.get", key="k") is None
    assert (await field.ask("storage.list"))["items"] == []
    await field.refused(ConflictError, "storage.set", key="k", value=1, ifVersion=made["version"])
    answers = await asyncio.gather(
        *(field.ask("storage.set", key="k", value=at, ifAbsent=True) for at in range(10)),
        field.target.hub.keep.values.sweep(),
        return_exceptions=True,
    )
    assert sum(isinstance(one, dict) for one in answers) == 1
    assert (await field.target.hub.keep.values.usage("attacker")).count == 1


async def test_version_never_comes_back(field: Field) -> None:
    """Deleted and made anew, a value has another version: an old decision does not fit it."""
    first = await field.ask("storage.set", key="k", value=1)
    await field.ask("storage.delete", key="k")
    await field.ask("storage.set", key="k", value=1)
    await field.refused(ConflictError, "storage.delete", key="k", ifVersion=first["version"])


# --- Settings ---


@pytest.mark.parametrize(
    "params",
    [{"plugin": "victim"}, {"key": "security.token_secret"}, {"id": "victim"}, {"section": "hub"}],
)
async def test_no_parameter_reads_another_section(field: Field, params: Any) -> None:
    """A plugin reads its own settings, of which it has none here."""
    await field.refused(InputError, "settings.get", **params)
    assert await field.ask("settings.get") == {"values": {}, "secrets": []}
