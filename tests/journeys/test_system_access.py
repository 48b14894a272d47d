"""A trusted plugin has the machine itself; what it does is recorded, and ends with it."""

from __future__ import annotations

import asyncio
import http.server
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import plexihub.app
from tests.attacks.conftest import Target, target
from tests.support.reacher import REACHER
from tests.zoo.sandbox import write

__all__ = ("target",)
pytestmark = pytest.mark.anyio


class Reacher:
    """The plugin, reached by its routes."""

    def __init__(self, target: Target, client: httpx.AsyncClient) -> None:
        self.target = target
        self.client = client

    async def ask(self, what: str, **body: Any) -> Any:
        """Let it do something, which must succeed."""
        answer = await self.client.post(f"/api/v1/reacher/{what}", json=body)
        assert answer.status_code in {200, 204}, answer.text
        return answer.json() if answer.content else None

    async def disable(self) -> dict[str, Any]:
        """Disable it, and answer what it left."""
        answer = await self.client.post("/api/v1/plugins/reacher/disable")
        assert answer.json()["state"] == "disabled", answer.text
        return await self.access()

    async def access(self) -> dict[str, Any]:
        """Answer what it can do and did."""
        found: dict[str, Any] = (await self.client.get("/api/v1/plugins/reacher/access")).json()
        return found


@pytest.fixture
async def reacher(target: Target, tmp_path: Path) -> Reacher:
    """Install the plugin and enable it."""
    await target.install(write(tmp_path, "reacher.py", REACHER), "trusted")
    return Reacher(target, target.operator())


@pytest.fixture
def outside() -> Iterator[tuple[str, list[bytes]]]:
    """Run a server that is nobody's here, and note what it is sent."""
    got: list[bytes] = []

    class Noting(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"thank you")

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", got
    server.shutdown()
    server.server_close()
    thread.join()


async def answers(port: int) -> bool:
    """Whether somebody listens on a port."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.close()
    return True


@pytest.mark.checklist("P-69", "P-70", "P-71", "P-81")
async def test_plugin_reads_writes_and_deletes_any_file(reacher: Reacher, tmp_path: Path) -> None:
    """The hub's source, its settings and a file that is nobody's business; each use is recorded."""
    source = plexihub.app.__file__
    assert "class Hub" in await reacher.ask("read", path=source)
    settings, secret = tmp_path / "plexihub.toml", tmp_path / "id_rsa"
    settings.write_text("[hub]\n")
    secret.write_text("very secret")
    secret.chmod(0o600)
    assert await reacher.ask("read", path=str(settings)) == "[hub]\n"
    assert await reacher.ask("read", path=str(secret)) == "very secret"
    await reacher.ask("write", path=str(tmp_path / "planted.py"), text="backdoor")
    assert (tmp_path / "planted.py").read_text() == "backdoor"
    await reacher.ask("delete", path=str(settings))
    assert not settings.exists()
    for _ in range(3):
        await reacher.ask("read", path=str(secret))
    seen = [(one.actor.id, one.target, one.outcome) for one in await _uses(reacher.target)]
    expected = [f"read {source}", f"read {secret}", f"write {tmp_path}/planted.py"]
    assert [("reacher", target, "ok") for target in (*expected, f"delete {settings}")] == [
        one for one in seen if one[1] != f"read {settings}"
    ]
    did = (await reacher.access())["did"]
    assert [one["times"] for one in did if one["target"] == str(secret)] == [4]


async def _uses(target: Target) -> list[Any]:
    return list(reversed(await target.records("plugin.use")))


@pytest.mark.checklist("P-72")
async def test_plugin_runs_what_it_wrote(reacher: Reacher, tmp_path: Path) -> None:
    """It writes a script, runs it, and its output comes back; the record never has arguments."""
    script = tmp_path / "script.sh"
    await reacher.ask("write", path=str(script), text="echo it ran: $1\n")
    told = await reacher.ask("run", command=["/bin/sh", str(script), "a-password"])
    assert told == "it ran: a-password\n"
    uses = [one.target for one in await _uses(reacher.target)]
    assert "run /bin/sh" in uses
    assert not any("a-password" in one for one in uses)


@pytest.mark.checklist("P-73", "P-82")
async def test_plugin_calls_out(reacher: Reacher, outside: tuple[str, list[bytes]]) -> None:
    """`requests` is there, and a server outside receives what the plugin read in the hub."""
    url, got = outside
    assert await reacher.ask("fetch", url=url) == "thank you"
    assert got == [b'{"secret": "PlexiHub"}']
    uses = [one.target for one in await _uses(reacher.target)]
    assert f"connect {url.removeprefix('http://').rstrip('/')}" in uses


@pytest.mark.checklist("P-74")
async def test_what_a_plugin_started_stops_with_it(reacher: Reacher, tmp_path: Path) -> None:
    """Its two servers, its program and its task: there while it is enabled, gone afterwards."""
    ports = [await reacher.ask("server"), await reacher.ask("aserver")]
    child = await reacher.ask("child")
    ticks = tmp_path / "ticks"
    await reacher.ask("task", path=str(ticks))
    assert [await answers(port) for port in ports] == [True, True]
    running = (await reacher.access())["running"]
    assert {f"port 127.0.0.1:{port}" for port in ports} <= set(running)
    assert f"program {child}" in running
    found = await reacher.disable()
    assert [await answers(port) for port in ports] == [False, False]
    assert not os.path.exists(f"/proc/{child}")  # noqa: ASYNC240, PTH110 - at once
    assert (found["running"], found["left"]) == ([], [])
    ticks.unlink(missing_ok=True)
    await asyncio.sleep(0.1)
    assert not ticks.exists()


async def test_thread_that_goes_on_is_told(
    reacher: Reacher, caplog: pytest.LogCaptureFixture
) -> None:
    """What cannot be ended from outside is named, in the log and in what the page shows."""
    await reacher.ask("thread")
    instance: Any = reacher.target.hub.kernel.registry.get("reacher").instance
    go_on = instance.plugin.go_on
    found = await reacher.disable()
    assert found["left"] == ["thread stubborn"]
    assert "thread stubborn" in caplog.text
    go_on.set()


async def test_plugin_that_fails_to_start_leaves_no_port(target: Target, tmp_path: Path) -> None:
    """What it opened before it raised is closed."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = f"""
import socket
class HalfPlugin:
    def __init__(self, context):
        self.socket = socket.create_server(("127.0.0.1", {port}))
        HalfPlugin.kept = self
        raise RuntimeError("half way")
"""
    client = target.operator()
    source = write(tmp_path, "half.py", code)
    order = {"source": str(source), "tier": "trusted"}
    digest = (await client.post("/api/v1/plugins/describe", json=order)).json()["consent"]["digest"]
    given = {**order, "consent": "I trust half", "consent_digest": digest}
    assert (await client.post("/api/v1/plugins", json=given)).status_code == 201
    answer = await client.post("/api/v1/plugins/half/enable")
    assert "half way" in answer.json()["error"]["message"]
    assert not await answers(port)


@pytest.mark.checklist("P-68")
async def test_grants_are_shown_taken_and_given_back(reacher: Reacher, tmp_path: Path) -> None:
    """Consent gives all three; one is taken and given again while it runs, and all is audited."""
    path = tmp_path / "file"
    path.write_text("text")
    names = ["files", "network", "commands"]
    assert [one["name"] for one in (await reacher.access())["grants"] if one["granted"]] == names
    taken = await reacher.client.delete("/api/v1/plugins/reacher/grants/files")
    assert [one["granted"] for one in taken.json()["grants"]] == [False, True, True]
    refused = await reacher.client.post("/api/v1/reacher/read", json={"path": str(path)})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")
    assert "plexihub plugin grant reacher files" in refused.json()["error"]["next"]
    assert await reacher.ask("run", command=["echo", "still"]) == "still\n"
    row = await reacher.target.hub.database.get_model("Plugin").find_one({"id": "reacher"})
    assert row.granted == ["network", "commands"]
    await reacher.client.put("/api/v1/plugins/reacher/grants/files")
    assert await reacher.ask("read", path=str(path)) == "text"
    told = [(one.actor.kind, one.details) for one in await reacher.target.records("plugin.revoke")]
    assert told == [("operator", {"grant": "files"})]
    assert len(await reacher.target.records("plugin.grant")) == 1


async def test_the_hubs_own_work_is_not_the_plugins(reacher: Reacher) -> None:
    """A service that a plugin calls does its own work, whatever was taken from the plugin."""
    for name in ("files", "network", "commands"):
        await reacher.client.delete(f"/api/v1/plugins/reacher/grants/{name}")
    before = len(await _uses(reacher.target))
    await reacher.ask("service", name="Renamed")
    assert reacher.target.hub.kernel.config.get("hub.name") == "Renamed"
    assert len(await _uses(reacher.target)) == before


async def test_own_folder_is_never_refused(reacher: Reacher) -> None:
    """Without `files` a plugin still keeps its own data."""
    await reacher.client.delete("/api/v1/plugins/reacher/grants/files")
    instance: Any = reacher.target.hub.kernel.registry.get("reacher").instance
    own = instance.plugin.data / "notes"
    await reacher.ask("write", path=str(own), text="mine")
    assert await reacher.ask("read", path=str(own)) == "mine"
    assert own.read_text() == "mine"
