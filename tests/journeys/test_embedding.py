"""Somebody else's application gains plugins by mounting the hub."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.hub import command, environment, free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 30


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[str]:
    """Serve `examples/embed/app.py` as its README says, and give its address."""
    shutil.copy(ROOT / "examples" / "embed" / "app.py", tmp_path)
    port = free_port()
    granian = Path(sys.executable).parent / "granian"
    process = subprocess.Popen(
        [granian, "--interface", "asgi", "--port", str(port), "app:app"],
        cwd=tmp_path,
        env=environment(tmp_path / "embed-data"),
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url)
        yield url
        process.send_signal(signal.SIGINT)
        assert process.wait(START_SECONDS) in {0, -signal.SIGINT}
    finally:
        process.kill()
        process.wait()


def _await(url: str) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            httpx.get(url, timeout=5)
        except httpx.HTTPError:
            assert time.monotonic() < end
            time.sleep(0.1)
        else:
            return


def test_application_gains_plugins(embedded: str, tmp_path: Path) -> None:
    """Its own page shows a sandboxed plugin's widget; the hub below it has no chat."""
    assert httpx.get(embedded).json() == []
    data = tmp_path / "embed-data"
    source = str(ROOT / "examples" / "sandboxed" / "hello-world.ts")
    done = command("plugin", "install", source, "--yes", "--enable", data=data)
    assert done.returncode == 0, done.stderr
    [widget] = httpx.get(embedded).json()
    assert widget["props"] == {"message": "Hello from plugin!"}
    listed = json.loads(command("plugin", "list", "--json", data=data).stdout)
    assert [one["id"] for one in listed] == ["hello-world"]


def test_mounted_hub_serves_its_pages(embedded: str, tmp_path: Path) -> None:
    """Pages, sign-in and interface live below the mount, and their addresses say so."""
    assert '<base href="/hub/">' in httpx.get(f"{embedded}/hub/").text
    done = command(
        "user",
        "create",
        "me-too",
        "--role",
        "admin",
        "--password-stdin",
        data=tmp_path / "embed-data",
        stdin="ten or more characters\n",
    )
    assert done.returncode == 0, done.stderr
    with httpx.Client(base_url=f"{embedded}/hub/api/v1") as client:
        body = {"username": "me-too", "password": "ten or more characters"}
        answer = client.post("/session", json=body)
        assert answer.status_code == 200
        assert "Path=/hub" in answer.headers["set-cookie"]
        assert client.get("/ui").json()["panels"] == []
        assert client.get("/chat/channels").status_code == 404


@pytest.mark.checklist("A-16")
def test_sandbox_of_the_readme_runs_as_written(tmp_path: Path) -> None:
    """Both files, copied out of the page, print what the page says."""
    page = (ROOT / "examples" / "embed" / "README.md").read_text(encoding="utf-8")
    main, stranger = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "stranger.py").write_text(stranger)
    (tmp_path / "main.py").write_text(main)
    said = subprocess.run(
        [sys.executable, "main.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    assert said.stdout.strip() == "{'result': 'greet done'}", said.stderr
