"""Whatever a bad guest does, the caller gets a named error and nothing stays behind."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub_sdk.errors import (
    LimitExceededError,
    PluginCrashedError,
    PluginLoadError,
    PluginRaisedError,
    PluginTimeoutError,
)
from tests.zoo.sandbox import Sandbox, make_sandbox

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["deno", "python"])
def language(request: pytest.FixtureRequest) -> str:
    """Give each runtime in turn."""
    found: str = request.param
    return found


@pytest.fixture
def sandbox(tmp_path: Path, language: str) -> Sandbox:
    """Give a sandbox with little patience."""
    return make_sandbox(tmp_path, language, call_seconds=0.5, start_seconds=5.0)


@pytest.mark.checklist("A-17", "A-23")
@pytest.mark.parametrize("name", ["hang_sync", "hang_promise", "microtask_loop", "timer_loop"])
async def test_hang_is_killed_at_the_deadline(sandbox: Sandbox, name: str) -> None:
    """A guest that does not answer is ended, and the reason says which hook it was."""
    async with sandbox.bad(name) as guest:
        with pytest.raises(PluginTimeoutError, match="onDashboardLoad within"):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        end = await guest.ended
    assert not end.expected
    assert end.reason == "did not answer onDashboardLoad within 0.5 s and was stopped"


@pytest.mark.parametrize("name", ["hang_at_load", "loop_at_load"])
async def test_hang_at_load_is_refused(tmp_path: Path, language: str, name: str) -> None:
    """A module that does not finish loading is stopped."""
    sandbox = make_sandbox(tmp_path, language, start_seconds=0.5)
    with pytest.raises(PluginLoadError, match="not loaded within"):
        await sandbox.runtime.describe(sandbox.file(name))


@pytest.mark.parametrize(
    ("language", "name", "message"),
    [
        ("deno", "throws_at_load", "Error: not today"),
        ("deno", "syntax_error", "SyntaxError|expected|Expected"),
        ("python", "throws_at_load", "RuntimeError: not today"),
    ],
)
async def test_broken_module_is_refused(sandbox: Sandbox, name: str, message: str) -> None:
    """What does not load is refused with the engine's own words."""
    with pytest.raises(PluginLoadError, match=message):
        await sandbox.runtime.describe(sandbox.file(name))


@pytest.mark.checklist("A-23")
async def test_raising_guest_lives_on(sandbox: Sandbox) -> None:
    """Whatever a hook throws becomes one error, and the next call is answered."""
    async with sandbox.bad("throws") as guest:
        messages = []
        for hook in ("onDashboardLoad", "onDataFetch", "onActionExecute"):
            with pytest.raises(PluginRaisedError) as caught:
                await guest.call_hook(hook, {}, CallContext())
            messages.append(caught.value.message)
        assert await guest.call_hook("onAuthSuccess", {}, CallContext()) == {"alive": True}
    assert (
        messages
        == {
            "deno": [
                "RangeError: the widget is out of range",
                "It threw undefined.",
                "It threw something that cannot be shown.",
            ],
            "python": [
                "ValueError: the widget is out of range",
                "SystemExit: enough",
                "It raised something that cannot be shown.",
            ],
        }[sandbox.runtime.name]
    )


@pytest.mark.parametrize("hook", ["onDashboardLoad", "onDataFetch"])
async def test_oversize_answer_is_refused(sandbox: Sandbox, hook: str) -> None:
    """An answer beyond 4 MiB, in characters or in bytes, costs the call and not the guest."""
    async with sandbox.bad("oversize") as guest:
        with pytest.raises(LimitExceededError, match="4 MiB"):
            await guest.call_hook(hook, {}, CallContext())
        assert not guest.ended.done()
    [(_, told)] = sandbox.keeper.breaches
    assert (told.limit, told.allowed, told.did) == ("message_mb", 4, "refused")
    assert told.measured > told.allowed


@pytest.mark.parametrize(("ask", "limit"), [("long", "message_mb"), ("deep", "message_depth")])
async def test_request_beyond_a_limit_is_refused_and_told(
    sandbox: Sandbox, ask: str, limit: str
) -> None:
    """The plugin hears why, the hub takes note, and nothing was asked of the gateway."""
    async with sandbox.bad("asks_too_much") as guest:
        answer = await guest.call_hook("onActionExecute", {"action": ask}, CallContext())
        assert answer["result"] == "limit_exceeded"
    assert [(told.limit, told.did) for _, told in sandbox.keeper.breaches] == [(limit, "refused")]
    assert not sandbox.door.asked


async def test_answer_of_the_hub_beyond_a_limit_is_told(sandbox: Sandbox) -> None:
    """What a plugin asked for and is too long to be sent counts as its own."""
    sandbox.door.answer = "x" * 5_000_000
    async with sandbox.bad("asks_too_much") as guest:
        answer = await guest.call_hook("onActionExecute", {"action": ""}, CallContext())
        assert answer["result"] == "limit_exceeded"
    [(_, told)] = sandbox.keeper.breaches
    assert (told.limit, told.did) == ("message_mb", "refused")
    assert told.reason == "was to be sent a message longer than 4 MiB"


async def test_calls_beyond_the_limit_are_told(sandbox: Sandbox) -> None:
    """The sixty-fifth call at one time is not made, and that is taken note of."""
    async with sandbox.bad("hang_promise") as guest:
        calls = [guest.call_hook("onDashboardLoad", {}, CallContext()) for _ in range(65)]
        answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(one) for one in answers].count(LimitExceededError) == 1
    told = [(told.limit, told.did) for _, told in sandbox.keeper.breaches]
    assert told == [("in_flight", "refused"), ("call_seconds", "killed")]


async def test_deep_answer_is_refused(sandbox: Sandbox) -> None:
    """64 levels pass, 65 do not."""
    async with sandbox.bad("deep") as guest:
        assert await guest.call_hook("onDashboardLoad", {}, CallContext())
        for hook in ("onDataFetch", "onActionExecute"):
            with pytest.raises(LimitExceededError, match="deeper than 64"):
                await guest.call_hook(hook, {}, CallContext())
    # Once a second: a plugin that goes on trying does not fill the pipe with it.
    [(_, told)] = sandbox.keeper.breaches
    assert (told.limit, told.allowed, told.did) == ("message_depth", 64, "refused")


async def test_unsendable_answer_is_refused(sandbox: Sandbox) -> None:
    """What JSON cannot carry is an error of the plugin's; what it can is sent."""
    async with sandbox.bad("unsendable") as guest:
        for hook in ("onDashboardLoad", "onDataFetch"):
            with pytest.raises(PluginRaisedError, match=r"TypeError|ValueError: Circular"):
                await guest.call_hook(hook, {}, CallContext())
        answer = await guest.call_hook("onActionExecute", {}, CallContext())
        assert (
            answer
            == {
                "deno": {"text": "lone \ufffd surrogate", "bad": None},
                "python": {
                    "text": "lone \ufffd surrogate",
                    "when": "2026-01-02",
                    "id": "00000000-0000-0000-0000-000000000001",
                },
            }[sandbox.runtime.name]
        )
        assert await guest.call_hook("onAuthSuccess", {}, CallContext()) is None


async def test_log_flood_is_dropped(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    """Lines beyond the limit are dropped, and the call is answered."""
    async with sandbox.bad("log_flood") as guest:
        with caplog.at_level(logging.INFO, "plexihub.plugin.log-flood"):
            answer = await guest.call_hook("onDashboardLoad", {}, CallContext())
    assert answer == {"done": True}
    assert 100 < len(caplog.records) < 1000


async def test_request_flood_is_refused(sandbox: Sandbox) -> None:
    """Sixty-four requests are under way at once; those beyond are refused in the guest."""
    async with sandbox.bad("request_flood") as guest:
        answer = await guest.call_hook("onDashboardLoad", {}, CallContext())
    assert answer == {"kept": 64, "code": "limit_exceeded"}
    assert len(sandbox.door.asked) == 64
    [(_, told)] = sandbox.keeper.breaches
    assert (told.limit, told.measured, told.did) == ("in_flight", 65, "refused")


@pytest.mark.checklist("A-14", "A-18")
async def test_memory_outside_of_the_heap_is_bounded_too(tmp_path: Path, language: str) -> None:
    """Bytes count: the allocation beyond the limit fails, and the plugin lives on."""
    sandbox = make_sandbox(tmp_path, language, call_seconds=5.0)
    async with sandbox.bad("eats_buffers") as guest:
        before = guest.stats().memory_mb or 0
        with pytest.raises(PluginRaisedError, match=r"Array buffer allocation failed|MemoryError"):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        assert (guest.stats().memory_mb or 0) - before < 70


@pytest.mark.checklist("A-14", "A-41")
@pytest.mark.parametrize(
    ("language", "name"),
    [("deno", "eats_memory"), ("deno", "exits"), ("python", "eats_memory")],
)
async def test_out_of_memory_ends_the_guest_only(tmp_path: Path, language: str, name: str) -> None:
    """A full heap ends the call or the process, and the reason says so."""
    sandbox = make_sandbox(tmp_path, language, call_seconds=5.0)
    async with sandbox.bad(name) as guest:
        ends = (PluginCrashedError, PluginRaisedError, LimitExceededError)
        with pytest.raises(ends) as caught:
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        if isinstance(caught.value, LimitExceededError):  # whoever looks from outside was first
            assert "memory" in caught.value.message
        elif isinstance(caught.value, PluginRaisedError):
            assert "MemoryError" in caught.value.message or language == "deno"
        else:
            end = await guest.ended
            assert "memory" in end.reason


@pytest.mark.parametrize("language", ["deno"])
async def test_polluted_prototypes_do_not_reach_the_channel(sandbox: Sandbox) -> None:
    """A guest that replaces every method it can is served as any other."""
    sandbox.door.answer = "heard"
    async with sandbox.bad("pollutes") as guest:
        for _ in range(3):
            answer = await guest.call_hook("onDashboardLoad", {"a": [1]}, CallContext())
            assert answer == {"answer": 42}
        assert await guest.call_hook("onDataFetch", {}, CallContext()) == {"answer": "heard"}
        assert not guest.ended.done()


@pytest.mark.parametrize("language", ["deno"])
async def test_forged_json_is_only_its_own_answer(sandbox: Sandbox) -> None:
    """`toJSON` on every object changes what the guest answers, never which frame it is."""
    async with sandbox.bad("forges") as guest:
        answer: Any = await guest.call_hook("onDashboardLoad", {}, CallContext())
        with pytest.raises(PluginRaisedError, match="with the forger in place"):
            await guest.call_hook("onDataFetch", {}, CallContext())
    assert answer["method"] == "admin.everything"
    assert sandbox.door.asked == []


@pytest.mark.checklist("A-18", "A-19", "A-20", "A-40")
async def test_no_way_out_is_found(sandbox: Sandbox, tmp_path: Path) -> None:
    """No file, no network, no process, no other module, whatever is tried."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="utf-8")
    sibling = sandbox.file("throws")
    payload = {"secret": secret.as_uri(), "sibling": sibling.as_uri()}
    if sandbox.runtime.name == "python":
        payload["secret"] = str(secret)
    async with sandbox.bad("escapes") as guest:
        assert await guest.call_hook("onDashboardLoad", payload, CallContext()) == {}
