"""An author's waits: from nothing to a card on the dashboard, and from a save to seeing it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

import httpx

from bench.case import Case
from plexihub.scaffold import Kind, equip, make

_LINK = re.compile(r"Open (http://[^/]+)\S*#sign-in=(\S+)")
_SECONDS = 60.0


class _Author:
    """Runs `plexihub plugin dev` on a new plugin, and looks at the dashboard as a browser does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "plexihub.cli", "plugin", "dev", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "COLUMNS": "200"},
        )
        assert self._process.stdout is not None
        found = next(hit for line in self._process.stdout if (hit := _LINK.search(line)))
        self._client = httpx.Client(base_url=f"{found[1]}/api/v1", trust_env=False)
        self._client.post("/session/link", json={"secret": found[2]}).raise_for_status()
        boards = self._client.get("/dashboards").json()["items"]
        self._board = f"/dashboards/{boards[0]['id']}"

    def sees(self, text: str) -> None:
        """Wait until a text stands on the dashboard."""
        end = perf_counter() + _SECONDS
        while text not in self._client.get(self._board).text:
            assert perf_counter() < end, f"{text!r} is not on the dashboard"
            sleep(0.01)

    def close(self) -> None:
        """End the command."""
        self._client.close()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)


def _from_nothing(kind: Kind) -> float:
    with TemporaryDirectory() as folder:
        begun = perf_counter()
        home = make("bench-plugin", Path(folder), kind)
        equip(home)
        author = _Author(home)
        try:
            author.sees("greetings so far")
            return perf_counter() - begun
        finally:
            author.close()


def _plain_start() -> float:
    """Start a hub with its demo, until it says where it is."""
    with TemporaryDirectory() as folder:
        begun = perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "plexihub.cli", "serve", "--port", "18431"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PLEXIHUB_DATA": f"{folder}/data"},
            cwd=folder,
        )
        assert process.stdout is not None
        next(line for line in process.stdout if "PlexiHub is at" in line)
        taken = perf_counter() - begun
        process.send_signal(signal.SIGINT)
        process.wait(30)
        return taken


def _saved(author: _Author, name: str, numbers: Iterator[int]) -> float:
    path = author.folder / name
    label = f"save {next(numbers)}"
    text = re.sub(r'(label"?: )"[^"]*"', rf'\1"{label}"', path.read_text())
    begun = perf_counter()
    path.write_text(text)
    author.sees(label)
    return (perf_counter() - begun) * 1000


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    group = "from `plugin new` to its card on the dashboard"
    with ExitStack() as stack:
        made = [
            Case(group=group, name="serve", sample=_plain_start, unit="s", baseline=True, rounds=3)
        ]
        kinds: tuple[tuple[Kind, str], ...] = (("typescript", "main.ts"), ("python", "main.py"))
        for kind, name in kinds:
            sample = partial(_from_nothing, kind)
            made.append(Case(group=group, name=kind, sample=sample, unit="s", goal=5, rounds=3))
            home = make(f"bench-{kind}", Path(stack.enter_context(TemporaryDirectory())), kind)
            author = _Author(home)
            stack.callback(author.close)
            save = partial(_saved, author, name, iter(range(10_000)))
            made.append(
                Case(group="from a save to the card", name=kind, sample=save, unit="ms", goal=1000)
            )
        yield made
