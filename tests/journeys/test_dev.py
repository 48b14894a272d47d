"""An author's first hour on the command line: dev, its link, its log, its errors, its end."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from plexihub.cli.common import segment
from plexihub.datadir import DataDir
from tests.support.dev import Dev, new_plugin, running_dev
from tests.support.hub import Client, command, running_hub

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]
LINK = "/api/v1/session/link"


def secret_of(dev: Dev) -> str:
    """Read the secret of the printed link."""
    return dev.link.partition("#sign-in=")[2]


def signed_in(dev: Dev) -> Client:
    """Sign in by the printed link."""
    client = Client(dev.url)
    answer = client.post("/session/link", json={"secret": secret_of(dev)})
    assert answer.status_code == 200, answer.text
    client._client.headers["X-CSRF-Token"] = answer.json()["csrf"]
    return client


def children_of(pid: int) -> list[str]:
    """List what runs below a process."""
    found = subprocess.run(
        ["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=False
    )
    return found.stdout.split()


@pytest.mark.checklist("A-62")
def test_author_sees_log_errors_and_permissions(tmp_path: Path) -> None:
    """What it prints, where it fails, what it used; the manifest then asks for that alone."""
    folder = new_plugin(tmp_path, "team-notes", "--python")
    with running_dev(folder, "--write-manifest") as dev:
        client = signed_in(dev)
        assert client.get("/session").json()["hub"]["development"] is True
        dashboard = client.get("/dashboards").json()["items"][0]["id"]
        assert "greetings so far" in client.get(f"/dashboards/{dashboard}").text
        channel = client.get("/chat/channels").json()["items"][0]["id"]
        typed = {"text": "/team-notes Ada", "thread_id": None}
        path = f"/chat/channels/{segment(channel)}/commands"
        assert "Hello, Ada!" in client.post(path, json=typed).text
        dev.wait_for("greeting number 1")
        dev.edit("plugin.json", '"ui:render", ', '"ui:render", "messages:read", ')
        dev.wait_for("runs after plugin.json")
        dev.edit("main.py", "    count = to_count(await", "    [][1]\n    count = to_count(await")
        dev.wait_for("runs after main.py")
        client.get(f"/dashboards/{dashboard}")
        dev.wait_for("list index out of range (main.py:12)")
        problem = client.get("/development").json()["items"][0]["problem"]
        assert problem["where"] == "main.py:12"
        assert any(line.startswith(">") and "[][1]" in line for line in problem["lines"])
        hub = dev.data
        logs = command("plugin", "logs", "team-notes", "--data", hub, data=tmp_path / "data")
        assert "greeting number 1" in logs.stdout
        doctor = command("plugin", "doctor", "team-notes", "--data", hub, data=tmp_path / "data")
        assert "main.py:12" in doctor.stdout
    assert "Permissions used" in dev.output
    asked = (folder / "plugin.json").read_text()
    assert '"permissions": ["ui:render", "commands:offer", "storage:own"]' in asked


def test_sign_in_link_opens_once_and_only_there(tmp_path: Path) -> None:
    """Nor can a page of another site use it, nor is it known to a hub that serves people."""
    with running_dev(new_plugin(tmp_path, "team-notes", "--python")) as dev:
        body = {"secret": secret_of(dev)}
        foreign = {"origin": "https://elsewhere.example", "sec-fetch-site": "cross-site"}
        assert httpx.post(dev.url + LINK, json=body, headers=foreign).status_code == 403
        assert httpx.post(dev.url + LINK, json={"secret": "x" * 43}).status_code == 401
        client = signed_in(dev)
        assert httpx.post(dev.url + LINK, json=body).status_code == 401
        save = {"source": "x", "took_ms": 1}
        assert client.request("PUT", "/development/team-notes", json=save).status_code == 403
        audit = client.get("/audit").text
        assert body["secret"] not in audit + dev.output.replace(dev.link, "")


def test_hub_of_people_has_no_link_and_takes_a_plugin(tmp_path: Path) -> None:
    """`--hub` uses it: the plugin is reloaded there, and stays when the command ends."""
    folder = new_plugin(tmp_path, "team-notes")
    with running_hub(tmp_path / "data", "--no-demo") as hub:
        answer = httpx.post(hub.url + LINK, json={"secret": "x" * 43})
        assert answer.status_code == 404
        url = command("plugin", "dev", str(folder), "--hub", hub.url, data=tmp_path / "data")
        assert url.returncode == 2
        with running_dev(folder, "--hub", str(hub.data)) as dev:
            dev.edit("greeting.ts", "Hello", "Hi")
            dev.wait_for("runs after greeting.ts")
        listed = hub.run("plugin", "list")
        assert "team-notes" in listed.stdout
        assert not DataDir(folder / ".plexihub" / "hub").path.exists()


def test_broken_start_waits_and_nothing_is_left_at_the_end(tmp_path: Path) -> None:
    """A single file that does not load is told with its line; mended it runs; then all is gone."""
    source = tmp_path / "cheers.py"
    source.write_text('PLUGIN = {"permissions": []}\ndef on_dashboard_load(:\n    return {}\n')
    with running_dev(source) as dev:
        dev.wait_for("cheers.py:2")
        source.write_text('PLUGIN = {"permissions": []}\ndef on_dashboard_load():\n    return {}\n')
        dev.wait_for("cheers 0.")
        below = children_of(dev.process.pid)
        assert below
    assert not [pid for pid in below if Path(f"/proc/{pid}").exists()]
    assert sorted(os.listdir(tmp_path)) == ["cheers.py"]  # noqa: PTH208 - names alone


def test_settings_meant_for_a_real_hub_are_left_alone(tmp_path: Path) -> None:
    """A variable that names a database leads a hub for development nowhere."""
    folder = new_plugin(tmp_path, "team-notes", "--python")
    kept = tmp_path / "real.db"
    variable = {"PLEXIHUB_DATABASE__URL": f"sqlite+aiosqlite:///{kept}"}
    process = subprocess.Popen(
        [sys.executable, "-m", "plexihub.cli", "plugin", "dev", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **variable},
    )
    assert process.stdout is not None
    try:
        next(line for line in process.stdout if "Ctrl-C ends" in line)
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.stdout.close()
    assert not kept.exists()
