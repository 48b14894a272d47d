"""Bad guests that only Python has: the same end for each, a named error and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext
from plexihub_sdk.errors import (
    PluginCrashedError,
    PluginLoadError,
    PluginRaisedError,
    PluginTimeoutError,
    ProtocolError,
)
from tests.zoo.sandbox import Sandbox, make_sandbox, write

pytestmark = pytest.mark.anyio


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """Give a Python sandbox with little patience."""
    return make_sandbox(tmp_path, "python", call_seconds=0.7, start_seconds=5.0)


@pytest.mark.checklist("A-17", "A-23")
async def test_slow_pattern_is_killed_at_the_deadline(sandbox: Sandbox) -> None:
    """A regular expression without an end is ended from outside."""
    async with sandbox.bad("regex") as guest:
        with pytest.raises(PluginTimeoutError, match="onDashboardLoad within"):
            await guest.call_hook("onDashboardLoad", {}, CallContext())


@pytest.mark.parametrize("name", ["garbles", "forges"])
@pytest.mark.checklist("A-23")
async def test_guest_that_writes_to_the_pipe_itself_is_killed(sandbox: Sandbox, name: str) -> None:
    """What is no message, or answers another call, ends the guest and nothing else."""
    async with sandbox.bad(name) as guest:
        with pytest.raises(ProtocolError):
            await guest.call_hook("onDashboardLoad", {}, CallContext())
        assert "broke the protocol" in (await guest.ended).reason


async def test_guest_that_exits_fails_its_call(sandbox: Sandbox) -> None:
    """A process that ends itself in the middle of a call is said to have crashed."""
    async with sandbox.bad("exits") as guest:
        with pytest.raises(PluginCrashedError, match="of its own accord"):
            await guest.call_hook("onDashboardLoad", {}, CallContext())


async def test_exit_at_load_is_no_end_of_the_process(sandbox: Sandbox) -> None:
    """`SystemExit` at the top level is told as what it is."""
    with pytest.raises(PluginLoadError, match="SystemExit: 3"):
        await sandbox.runtime.describe(sandbox.file("exits_at_load"))


async def test_text_that_is_no_python_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    """What does not compile is refused with the file and the line."""
    path = write(tmp_path / "p", "broken.py", "x = 1\ndef on_dashboard_load(:\n    pass\n")
    with pytest.raises(PluginLoadError, match=r"SyntaxError.*broken\.py, line 2"):
        await sandbox.runtime.describe(path)


async def test_endless_recursion_costs_the_call_only(sandbox: Sandbox) -> None:
    """Python's own limit ends it, and the next call is answered."""
    async with sandbox.bad("recursion") as guest:
        for _ in range(2):
            with pytest.raises(PluginRaisedError, match="RecursionError"):
                await guest.call_hook("onDashboardLoad", {}, CallContext())


async def test_numbers_that_are_not_exact_elsewhere_are_refused(sandbox: Sandbox) -> None:
    """An integer beyond 2^53 - 1 and a number that is none cost the call; text is any length."""
    async with sandbox.bad("huge_number") as guest:
        for hook in ("onDashboardLoad", "onDataFetch"):
            with pytest.raises(PluginRaisedError, match="ValueError"):
                await guest.call_hook(hook, {}, CallContext())
        answer = await guest.call_hook("onActionExecute", {}, CallContext())
    assert answer == {"number": 2**53 - 1, "text": "9" * 40}


async def test_plain_code_that_waits_for_good_is_killed_at_the_deadline(sandbox: Sandbox) -> None:
    """A plain handler whose request is never answered is ended, as any other that hangs."""
    sandbox.door.patience = 30
    async with sandbox.bad("hang_request") as guest:
        with pytest.raises(PluginTimeoutError):
            await guest.call_hook("onDashboardLoad", {}, CallContext())


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("import requests", "plugin.api.fetch"),
        ("import socket", "plugin.api.fetch"),
        ("import subprocess", "trusted plugins"),
        ("from ctypes import CDLL", "trusted plugins"),
        ("import os.path", "importlib.resources"),
        ("import sqlite3", "plugin.api.query"),
        ("import numpy", "pure Python"),
        ("open('notes.txt')", "plugin.api"),
    ],
)
async def test_refusal_says_what_is_possible_instead(
    sandbox: Sandbox, tmp_path: Path, line: str, instead: str
) -> None:
    """What a plugin may not have is refused with the way that there is, and the place."""
    path = write(tmp_path / "p", "wants.py", f"x = 1\n{line}\n")
    with pytest.raises(PluginLoadError, match=instead) as caught:
        await sandbox.runtime.describe(path)
    assert caught.value.where == "wants.py:2"
