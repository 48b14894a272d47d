"""A restore, rehearsed: saved while people write, started elsewhere, nothing said is lost."""

from __future__ import annotations

import contextlib
import json
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest

from tests.support.hub import Client, RunningHub, command, running_hub

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
#: Asks for a backup when somebody says so, as the capability document has it.
ASKS = """
class AskerPlugin:
    def __init__(self, context):
        self.events = context.get_service("events")
        self.events.on("message.created", self.ask)

    def ask(self, data):
        if data["message"]["text"] == "back up, please":
            self.events.emit("database.backup.started", {"by": "asker"})
"""
HEARS = """
from pathlib import Path

class HearerPlugin:
    def __init__(self, context):
        self.place = Path(context.data_dir)
        events = context.get_service("events")
        events.on("database.backup.started", lambda data: self.note("started", data))
        events.on("backup.created", lambda data: self.note("created", data["backup"]["name"]))

    def note(self, what, data):
        with (self.place / "heard.txt").open("a") as file:
            file.write(f"{what} {data}\\n")
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """Serve a hub with demo content."""
    with running_hub(tmp_path_factory.mktemp("saved") / "data") as hub:
        yield hub


def channel(client: Client) -> str:
    """Answer where the address of the first channel's messages."""
    return f"/chat/channels/{client.get('/chat/channels').json()['items'][0]['id']}/messages"


class Talk:
    """Somebody who does not stop talking."""

    def __init__(self, hub: RunningHub) -> None:
        self.said: list[str] = []
        self._client = hub.client("grace")
        self._path = channel(self._client)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        number = 0
        while not self._ended.is_set():
            number += 1
            body = {"text": f"word {number}", "client_id": str(uuid.uuid4())}
            assert self._client.post(self._path, json=body).status_code == 201
            self.said.append(body["text"])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._ended.set()
        self._thread.join()
        self._client.close()

    def await_words(self, count: int) -> None:
        """Wait until so much was said."""
        while len(self.said) < count:
            assert self._thread.is_alive()
            self._ended.wait(0.01)


def messages(client: Client) -> list[str]:
    """Read every message of the first channel."""
    path, texts, following = channel(client), [], None
    while True:
        query = {"limit": 100, **({"before": following} if following else {})}
        page = client.get(path, params=query).json()
        texts += [one["text"] for one in page["items"]]
        following = page["next"]
        if not following:
            return texts


def saved(hub: RunningHub, *options: str) -> dict[str, Any]:
    """Make a backup with the command."""
    done = hub.run("backup", "create", "--json", *options)
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout)
    return made


@pytest.mark.checklist("P-16")
def test_restore_brings_back_what_was_said_before(hub: RunningHub, tmp_path: Path) -> None:
    """While messages are posted a backup is made; a hub on it has them, its people and its log."""
    with Talk(hub) as talk:
        talk.await_words(20)
        before = list(talk.said)
        made = saved(hub, "--note", "rehearsal")
        talk.await_words(len(before) + 5)
    new = tmp_path / "new"
    assert command("backup", "verify", made["path"], data=new).returncode == 0
    done = command("backup", "restore", made["path"], "--into", str(new), data=new)
    assert done.returncode == 0, done.stderr
    with running_hub(new) as again, contextlib.closing(again.client()) as client:
        client.sign_in("ada", hub.password)
        found = messages(client)
        assert set(before) <= set(found)
        states = {one["id"]: one["state"] for one in client.get("/plugins").json()["items"]}
        assert set(states.values()) == {"enabled"}, states
    verdict = json.loads(command("audit", "verify", "--json", data=new).stdout)
    assert verdict["ok"], verdict


@pytest.mark.checklist("P-13", "P-16")
def test_plugins_event_makes_a_backup_and_another_plugin_hears(
    hub: RunningHub, tmp_path: Path
) -> None:
    """A trusted plugin tells the event: one archive appears, and a second plugin reacts."""
    for name, code in (("hearer", HEARS), ("asker", ASKS)):
        (tmp_path / f"{name}.py").write_text(code)
        source = str(tmp_path / f"{name}.py")
        options = ("--trusted", "--consent", f"I trust {name}", "--enable")
        done = hub.run("plugin", "install", source, *options)
        assert done.returncode == 0, done.stderr
    old = {one["name"] for one in json.loads(hub.run("backup", "list", "--json").stdout)}
    with contextlib.closing(hub.client("ada")) as client:
        body = {"text": "back up, please", "client_id": str(uuid.uuid4())}
        assert client.post(channel(client), json=body).status_code == 201

    def has_new(answer: Any) -> bool:
        return {one["name"] for one in answer["items"]} > old and not answer["making"]

    fresh = hub.wait_for("/backups", has_new)["items"][0]
    assert hub.run("backup", "verify", fresh["name"]).returncode == 0
    hub.wait_for("/audit?action=backup.create&limit=1", lambda found: found["items"])
    heard = hub.data / "plugin-data" / "hearer" / "heard.txt"
    assert heard.read_text().splitlines() == [
        "started {'by': 'asker'}",
        f"created {fresh['name']}",
    ]


def test_restore_over_a_running_hub_is_refused(hub: RunningHub) -> None:
    """The folder of a hub that runs is not touched, whatever is asked."""
    made = saved(hub)
    done = hub.run("backup", "restore", made["path"], "--replace")
    assert (done.returncode, done.stdout) == (4, "")
    assert "Another hub uses" in done.stderr
    assert hub.run("backup", "restore", made["path"]).returncode == 1


def test_truncated_backup_has_its_own_exit_status(hub: RunningHub, tmp_path: Path) -> None:
    """A program can tell a damaged backup from one that is not there."""
    made = saved(hub)
    short = tmp_path / "short.tar.gz"
    short.write_bytes(Path(made["path"]).read_bytes()[:-200])
    done = hub.run("backup", "verify", str(short), "--json")
    assert (done.returncode, json.loads(done.stderr)["error"]["code"]) == (5, "backup_damaged")
    assert hub.run("backup", "verify", "nothing.tar.gz").returncode == 3
