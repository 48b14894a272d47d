"""Killed or out of room in the middle of an install: the hub is as before, and nothing is left."""

from __future__ import annotations

import json
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from tests.support.hub import RunningHub, command_here, running_hub
from tests.support.plugins import write_plugin

pytestmark = [pytest.mark.sandbox, pytest.mark.slow, pytest.mark.timeout(180)]
#: Holds up the operation in which it is asked, for as long as the test may take.
BLOCKER = """
import asyncio, pathlib
async def block(data):
    if data.get("id", data.get("plugin", "")) == "victim":
        pathlib.Path({mark!r}).touch()
        await asyncio.sleep(2)
        await asyncio.sleep(600)
"""


def disk(data: Path) -> dict[str, bytes]:
    """Tell the files of every plugin, what is staged, and the books of packages."""
    found = {}
    for folder in ("plugins", "packages"):
        for path in sorted((data / folder).rglob("*")):
            if path.is_file():
                found[path.relative_to(data).as_posix()] = path.read_bytes()
            elif path.parent == data / folder:
                found[path.relative_to(data).as_posix()] = b"folder"
    return found


def plugins(data: Path) -> dict[str, tuple[str, str]]:
    """Tell version and state of each plugin that is not the hub's own."""
    done = command_here("plugin", "list", "--json", data=data)
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout)
    return {one["id"]: (one["version"], one["digest"]) for one in listed}


def operator(hub: RunningHub, method: str, path: str, **order: object) -> httpx.Response:
    """Call the hub as its operator."""
    transport = httpx.HTTPTransport(uds=str(hub.data / "hub.sock"))
    with httpx.Client(transport=transport, base_url="http://hub/api/v1", timeout=90) as client:
        return client.request(method, path, json=order or None)


def order(source: Path) -> dict[str, object]:
    """Say what an operator says who trusts a plugin."""
    return {"source": str(source), "tier": "trusted"}


def agreed(hub: RunningHub, source: Path) -> dict[str, object]:
    """The same, with the consent to the text that is shown."""
    consent = operator(hub, "POST", "/plugins/describe", **order(source)).json()["consent"]
    return {
        **order(source),
        "consent": consent["phrase"],
        "consent_digest": consent["digest"],
    }


@contextmanager
def interrupted(hub: RunningHub, mark: Path, action: Callable[[], object]) -> Iterator[None]:
    """Begin something that blocks, and kill the hub in it."""

    def begin() -> None:
        with suppress(httpx.HTTPError):
            action()

    thread = threading.Thread(target=begin, daemon=True)
    thread.start()
    end = time.monotonic() + 60
    while not mark.exists():
        assert time.monotonic() < end, hub.output
        time.sleep(0.02)
    yield
    hub.process.send_signal(signal.SIGKILL)
    hub.process.wait()
    thread.join(30)


@contextmanager
def doomed_hub(data: Path) -> Iterator[RunningHub]:
    """Serve a hub that the test kills."""
    with suppress(AssertionError), running_hub(data, "--no-demo") as hub:
        yield hub


def ready(tmp_path: Path, hook: str) -> tuple[Path, Path]:
    """Set up a hub with a plugin that blocks in a hook, and `victim` 1.0.0 where it changes."""
    data, mark = tmp_path / "data", tmp_path / "mark"
    blocker = write_plugin(
        tmp_path / "src",
        "blocker",
        f"context.get_service('events').on({hook!r}, block)" if hook else "",
        before=BLOCKER.format(mark=str(mark)),
    )
    install = ("plugin", "install", str(blocker), "--trusted", "--consent", "I trust blocker")
    assert command_here(*install, "--enable", data=data).returncode == 0
    if hook not in {"plugin.installing", ""}:
        first = write_plugin(tmp_path / "first", "victim")
        consent = ("--trusted", "--consent", "I trust victim")
        assert command_here("plugin", "install", str(first), *consent, data=data).returncode == 0
    return data, mark


@pytest.mark.parametrize("hook", ["plugin.installing", "plugin.upgrading", "plugin.removing"])
def test_killed_hub_starts_as_before(tmp_path: Path, hook: str) -> None:
    """Between the files and the row, of an install, an upgrade and a removal."""
    data, mark = ready(tmp_path, hook)
    before, rows = disk(data), plugins(data)
    fresh = write_plugin(tmp_path / "second", "victim", version="2.0.0")
    with doomed_hub(data) as hub:
        if hook == "plugin.removing":
            action = lambda: operator(hub, "DELETE", "/plugins/victim")  # noqa: E731
        else:
            wanted = agreed(hub, fresh)
            action = lambda: operator(hub, "POST", "/plugins", **wanted)  # noqa: E731
        with interrupted(hub, mark, action):
            assert disk(data) != before
    assert plugins(data) == rows
    assert disk(data) == before
    mark.unlink()
    assert command_here("plugin", "verify", "blocker", data=data).returncode == 0


def test_hub_killed_while_it_reads_a_package_starts_as_before(tmp_path: Path) -> None:
    """While a stranger's code is described, its staged files are there; afterwards not."""
    data, mark = ready(tmp_path, "")
    before, rows = disk(data), plugins(data)
    stranger = tmp_path / "stranger.ts"
    stranger.write_text("for (;;) {}")
    with doomed_hub(data) as hub:
        thread = threading.Thread(
            target=lambda: _quietly(hub, {"source": str(stranger)}), daemon=True
        )
        thread.start()
        end = time.monotonic() + 30
        while not list((data / "plugins").glob(".staging-*/stranger.ts")):
            assert time.monotonic() < end, hub.output
            time.sleep(0.005)
        hub.process.send_signal(signal.SIGKILL)
        hub.process.wait()
        thread.join(30)
    assert list((data / "plugins").glob(".staging-*"))
    assert plugins(data) == rows
    assert disk(data) == before
    assert not mark.exists()


def _quietly(hub: RunningHub, wanted: dict[str, object]) -> None:
    with suppress(httpx.HTTPError):
        operator(hub, "POST", "/plugins", **wanted)


@pytest.mark.parametrize("is_archive", [False, True])
def test_full_disk_is_told_and_changes_nothing(tmp_path: Path, is_archive: bool) -> None:  # noqa: FBT001
    """A file that does not fit: a clear sentence, no leftovers, and with room it goes on."""
    data, _ = ready(tmp_path, "")
    fresh = write_plugin(tmp_path / "second", "victim", version="2.0.0")
    (fresh / "large.bin").write_bytes(os.urandom(6 * 1024 * 1024))
    source = fresh
    if is_archive:
        source = tmp_path / "victim.plexi"
        packed = command_here("plugin", "pack", str(fresh), "-o", str(source), data=data)
        assert packed.returncode == 0, packed.stderr
    with running_hub(data, "--no-demo") as hub:
        before = disk(data)
        # Every file may become so large and no larger: the database stays far below it.
        room = resource.prlimit(hub.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(hub.process.pid, resource.RLIMIT_FSIZE, (5 * 1024 * 1024, room[1]))
        answer = operator(hub, "POST", "/plugins/describe", **order(source))
        assert answer.status_code == 400, answer.text
        assert "there is no room for it" in answer.json()["error"]["message"]
        assert "nothing was changed" in answer.json()["error"]["next"]
        assert disk(data) == before
        resource.prlimit(hub.process.pid, resource.RLIMIT_FSIZE, room)
        assert operator(hub, "POST", "/plugins", **agreed(hub, source)).status_code == 201
