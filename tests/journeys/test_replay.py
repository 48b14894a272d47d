"""A call that failed in a hub, recorded there, is run again offline and comes out the same."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.ports import InstallRequest
from plexihub.kernel.recording import Recording, read_recording, write_recording
from plexihub.replay import replay
from plexihub.services.storage.values import Place
from plexihub_sdk.errors import PluginRaisedError
from tests.support.plugins import CTX

pytestmark = pytest.mark.anyio
HOOK = "onActionExecute"
PYTHON = """
import datetime, random, secrets, time, uuid

BEGAN = time.time()

async def on_action_execute(context, plugin):
    kept = await plugin.api.storage.increment("count")
    password = {"password": "hunter2"}
    await plugin.api.storage.set("last", password)
    bag = list(range(6))
    random.shuffle(bag)
    drawn = [BEGAN, time.time(), time.monotonic(), time.strftime("%S"), random.gauss(0, 1)]
    drawn += [datetime.datetime.now().isoformat(), datetime.date.today().isoformat()]
    drawn += [str(uuid.uuid4()), str(uuid.uuid1()), secrets.token_hex(4), random.Random().random()]
    raise ValueError(f"unlucky {kept} {bag} {drawn}")
"""
TYPESCRIPT = """
const began = Date.now();

export default {
  id: "unlucky", version: "1.0.0",
  hooks: {
    async onActionExecute(_context, plugin) {
      const kept = await plugin.api.storage.increment("count");
      await plugin.api.storage.set("last", { password: "hunter2" });
      const bytes = [...crypto.getRandomValues(new Uint8Array(6))];
      const drawn = [began, Date.now(), new Date().toISOString(), Date(), performance.now()];
      drawn.push(Math.random(), crypto.randomUUID(), Temporal.Now.instant().toString());
      drawn.push(new Intl.DateTimeFormat("en", { timeStyle: "full" }).format());
      throw new Error(`unlucky ${kept} ${bytes} ${drawn}`);
    },
  },
};
"""


def write_plugin(folder: Path, language: str) -> Path:
    """Write a plugin that fails with what it drew."""
    entry, code = {"python": ("main.py", PYTHON), "ts": ("main.ts", TYPESCRIPT)}[language]
    folder.mkdir()
    (folder / entry).write_text(code, encoding="utf-8")
    manifest = {
        "id": "unlucky",
        "version": "1.0.0",
        "entrypoint": entry,
        "permissions": ["storage:own"],
        "hooks": [HOOK],
    }
    (folder / "plugin.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture(params=["python", "ts"])
async def failed(
    request: pytest.FixtureRequest, tmp_path: Path, anyio_backend: object
) -> AsyncIterator[tuple[Hub, Path, Recording, str]]:
    """Let a plugin fail in a hub that records it."""
    del anyio_backend
    folder = write_plugin(tmp_path / "unlucky", request.param)
    options = HubOptions(data=tmp_path / "hub", settings_file=tmp_path / "none.toml", builtin=())
    async with Hub(options) as hub:
        await hub.installer.install(InstallRequest(source=folder), CTX)
        await hub.recordings.switch("unlucky", CTX, on=True)
        await hub.kernel.lifecycle.enable("unlucky", CTX)
        with pytest.raises(PluginRaisedError) as raised:
            await hub.kernel.direct.call("unlucky", HOOK, {"a": 1}, permission=None, ctx=CTX)
        [recording] = await hub.recordings.calls("unlucky")
        yield hub, folder, recording, raised.value.message


async def test_replay_of_a_failure(failed: tuple[Hub, Path, Recording, str]) -> None:
    """The same error with the same time and chance, byte for byte, from the exported file."""
    hub, folder, recording, message = failed
    again = read_recording(write_recording(recording), "file")
    outcome = await replay(again, folder, launcher=hub.launcher)
    assert outcome.error is not None
    assert outcome.error["message"] == message
    assert (outcome.is_same, outcome.mismatches, outcome.notes[1:]) == (True, [], [])
    # Nothing was stored by it: the hub's own count is still that of the one call.
    kept = await hub.keep.values.find(Place("unlucky"), "count")
    assert kept is not None
    assert kept.value == 1


async def test_replay_of_changed_code(failed: tuple[Hub, Path, Recording, str]) -> None:
    """Changed code is told to differ, and where."""
    hub, folder, recording, _message = failed
    entry = next(folder.glob("main.*"))
    changed = entry.read_text().replace('"last"', '"latest"').replace("unlucky ", "lucky ")
    entry.write_text(changed)
    outcome = await replay(recording, folder, launcher=hub.launcher)
    [mismatch] = outcome.mismatches
    assert mismatch.sentence().startswith('call 2 was storage.set({"key": "last"')
    assert '"latest"' in mismatch.now
    assert not outcome.has_same_answer
    assert any(line.startswith("+") and "lucky" in line for line in outcome.difference())
    assert "The files are not those that were recorded." in outcome.notes


async def test_replay_of_moved_lines(failed: tuple[Hub, Path, Recording, str]) -> None:
    """The same failure a line further down is the same."""
    hub, folder, recording, _message = failed
    entry = next(folder.glob("main.*"))
    entry.write_text("\n\n" + entry.read_text())
    outcome = await replay(recording, folder, launcher=hub.launcher)
    assert outcome.error is not None
    assert outcome.error["data"]["where"] != (recording.error or {})["data"]["where"]
    assert outcome.is_same


async def test_recording_without_secrets(failed: tuple[Hub, Path, Recording, str]) -> None:
    """What is a secret by its name is not on the disk; who read what is on record."""
    hub, _folder, recording, _message = failed
    files = [path.read_text() for path in (hub.folder.recordings / "unlucky").iterdir()]
    assert files
    assert not any("hunter2" in text for text in files)
    assert recording.redacted > 0
    await hub.recordings.read(recording.id, CTX)
    found = await hub.kernel.audit.read(AuditQuery(action="plugin.call.", plugin="unlucky"))
    assert [one.action for one in found] == ["plugin.call.read", "plugin.call.record"]
    assert {one.details["call"] for one in found} == {recording.id}
