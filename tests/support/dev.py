"""A real `plexihub plugin dev` in a process of its own, for tests that write plugins."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.hub import STOP_SECONDS, command_here, environment, read_to_the_end

START_SECONDS = 60.0


@dataclass
class Dev:
    """The command, while it runs."""

    folder: Path
    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return "".join(self.lines)

    @property
    def link(self) -> str:
        """The sign-in link."""
        found = re.search(r"Open (http\S+)", self.output)
        assert found, self.output
        return found.group(1)

    @property
    def data(self) -> str:
        """The hub's data folder: where a path is too long for a socket, it is elsewhere."""
        found = re.search(r"data in (\S+)", self.output)
        assert found, self.output
        return found.group(1)

    @property
    def url(self) -> str:
        """The hub's address."""
        return self.link.partition("/dashboards")[0]

    def wait_for(self, text: str, *, times: int = 1, seconds: float = START_SECONDS) -> None:
        """Wait until a text was printed."""
        end = time.monotonic() + seconds
        while self.output.count(text) < times:
            assert self.process.poll() is None, f"it ended:\n{self.output}"
            assert time.monotonic() < end, f"no {text!r} in:\n{self.output}"
            time.sleep(0.02)

    def edit(self, name: str, old: str, new: str) -> None:
        """Save a change in one of the plugin's files."""
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


def new_plugin(parent: Path, name: str, *options: str) -> Path:
    """Make a plugin's folder with the command."""
    made = command_here("plugin", "new", name, *options, "--in", str(parent), data=parent / "data")
    assert made.returncode == 0, made.stderr
    return parent / name


@contextlib.contextmanager
def running_dev(folder: Path, *options: str) -> Iterator[Dev]:
    """Run `plexihub plugin dev` until the block ends; it must stop cleanly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "plexihub.cli", "plugin", "dev", str(folder), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **environment(folder.parent / "nowhere"),
            "XDG_STATE_HOME": str(folder.parent / "state"),
        },
        cwd=folder.parent,
    )
    dev = Dev(folder, process)
    with read_to_the_end(process, dev.lines):
        dev.wait_for("Ctrl-C ends")
        yield dev
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_SECONDS) == 0, dev.output
