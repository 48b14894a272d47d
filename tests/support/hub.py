"""A real hub in a process of its own, for tests that use it as people do."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import httpx

from plexihub.cli.main import run

START_SECONDS = 60.0
STOP_SECONDS = 20.0


def free_port() -> int:
    """Find a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*arguments: str, data: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run one `plexihub` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "plexihub.cli", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        env=environment(data),
        cwd=data.parent,
        check=False,
    )


def command_here(*arguments: str, data: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run one `plexihub` command in this process: many small ones need no interpreter each."""
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, environment(data), clear=True),
        mock.patch.object(sys, "stdin", io.StringIO(stdin)),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        status = run(list(arguments))
    return subprocess.CompletedProcess(arguments, status, out.getvalue(), err.getvalue())


def environment(data: Path) -> dict[str, str]:
    """Build the environment of a command that works on the folder `data`."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PLEXIHUB_")}
    return {**kept, "PLEXIHUB_DATA": str(data), "NO_COLOR": "1", "COLUMNS": "200"}


@dataclass
class RunningHub:
    """A hub that serves, and what it printed."""

    data: Path
    port: int
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The hub's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return "".join(self.lines)

    @property
    def password(self) -> str:
        """The demo people's password, as the first run printed it."""
        found = re.search(r"Password: (\S+)", self.output)
        assert found, self.output
        return found.group(1)

    def client(self, username: str | None = None) -> Client:
        """Make a client, signed in as `username` where one is given."""
        client = Client(self.url)
        if username:
            client.sign_in(username, self.password)
        return client

    def run(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a `plexihub` command beside the hub."""
        return command(*arguments, data=self.data, stdin=stdin)

    def children(self) -> list[int]:
        """List the hub's child processes."""
        found = []
        for task in Path(f"/proc/{self.process.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                found += [int(text) for text in (task / "children").read_text().split()]
        return found

    def wait_for(self, path: str, wanted: Any, *, seconds: float = 15.0) -> Any:
        """Ask `path` as the administrator until `wanted(answer)` holds, and answer that."""
        with contextlib.closing(self.client("ada")) as client:
            end = time.monotonic() + seconds
            while not wanted(answer := client.get(path).json()):
                assert time.monotonic() < end, f"still {answer}"
                time.sleep(0.05)
            return answer


class Client:
    """One person's HTTP client: keeps the cookie and sends the CSRF token."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=f"{url}/api/v1", timeout=30.0, trust_env=False)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in, or fail the test."""
        answer = self.post("/session", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        self._client.headers["X-CSRF-Token"] = answer.json()["csrf"]

    def get(self, path: str, **kwargs: Any) -> httpx.Response:
        """GET below the API."""
        return self._client.get(path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> httpx.Response:
        """POST below the API."""
        return self._client.post(path, **kwargs)

    def request(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """Send any method below the API."""
        return self._client.request(method, path, **kwargs)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()


@contextlib.contextmanager
def running_hub(
    data: Path, *arguments: str, port: int | None = None, wrapper: Sequence[str] = ()
) -> Iterator[RunningHub]:
    """Serve a hub on the folder `data` until the block ends; it must stop cleanly.

    Args:
        data: The folder.
        arguments: Further ones of `plexihub serve`.
        port: Where; a free one by default.
        wrapper: Command that starts it.
    """
    port = port or free_port()
    process = subprocess.Popen(
        [*wrapper, sys.executable, "-m", "plexihub.cli", "serve", "--port", str(port), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(data),
        cwd=data.parent,
    )
    hub = RunningHub(data, port, process)
    with read_to_the_end(process, hub.lines):
        _await_serving(hub)
        yield hub
        process.send_signal(signal.SIGINT)
        status = process.wait(STOP_SECONDS)
        assert status in {0, 130}, f"exit status {status}\n{hub.output}"


@contextlib.contextmanager
def read_to_the_end(process: subprocess.Popen[str], lines: list[str]) -> Iterator[None]:
    """Collect what a process prints while the block runs; after it, the process is gone."""

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)  # noqa: PERF402 - each is there as soon as it is printed

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        reader.join(STOP_SECONDS)
        assert process.stdout is not None
        process.stdout.close()


def _await_serving(hub: RunningHub) -> None:
    end = time.monotonic() + START_SECONDS
    while "PlexiHub is at" not in hub.output:
        assert hub.process.poll() is None, f"the hub ended:\n{hub.output}"
        assert time.monotonic() < end, f"the hub did not start:\n{hub.output}"
        time.sleep(0.05)
