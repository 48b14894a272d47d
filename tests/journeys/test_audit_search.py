"""The audit log as its reader meets it: found, followed and exported from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.audit_material import write_log
from plexihub.kernel.audit.record import write_line
from plexihub.kernel.audit.segment import path_of
from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.ports import AuditEntry
from tests.support.hub import RunningHub, command, environment, running_hub

pytestmark = pytest.mark.slow
ESCAPE = "\x1b]0;owned\x07\x1b[2J\x9b31m[bold]\u202e"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write segments that no hub serves."""
    folder = tmp_path_factory.mktemp("unpacked") / "audit"
    write_log(folder, 3000, segment=1000)
    return folder


def lines_of(text: str) -> list[dict[str, Any]]:
    """Read JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.checklist("A-45")
def test_segments_are_searched_without_a_hub(folder: Path, tmp_path: Path) -> None:
    """Search, trace and export read any folder, such as one from a backup."""
    data = tmp_path / "data"
    found = command(
        "audit", "search", "--folder", str(folder), "--outcome", "denied", "-n", "5", "--json",
        data=data,
    )  # fmt: skip
    items = json.loads(found.stdout)["items"]
    assert [one["outcome"] for one in items] == ["denied"] * 5
    trace = command("audit", "trace", items[0]["trace"], "--folder", str(folder), data=data)
    assert str(items[0]["seq"]) in trace.stdout
    target = tmp_path / "out.jsonl"
    done = command(
        "audit", "export", "--folder", str(folder), "--format", "ocsf", "-o", str(target), data=data
    )
    assert (done.returncode, len(lines_of(target.read_text()))) == (0, 3000)
    assert not data.exists()


def test_missing_folder_is_said(tmp_path: Path) -> None:
    """A folder without segments is one clear sentence, and no empty file is left."""
    target = tmp_path / "x.jsonl"
    done = command("audit", "export", "--folder", str(tmp_path), "-o", str(target), data=tmp_path)
    assert done.returncode == 3
    assert "no segments" in done.stderr
    assert list(tmp_path.glob("x.jsonl*")) == []


def test_audited_texts_drive_no_terminal(tmp_path: Path) -> None:
    """Ids, names, targets and reasons are printed as text, whatever stands in them."""
    folder = tmp_path / "audit"
    folder.mkdir()
    who = CallContext(actor=Actor("plugin", ESCAPE, ESCAPE))
    entry = AuditEntry(
        ctx=who, action=f"x.{ESCAPE}", target=f"{ESCAPE}\n1  fake", outcome="failed", reason=ESCAPE
    )
    line, _ = write_line(entry, datetime.now(UTC), 1, "0" * 64)
    path_of(folder, 1).write_bytes(line)
    for arguments in (("search",), ("trace", who.trace)):
        said = command("audit", *arguments, "--folder", str(folder), data=tmp_path)
        assert said.returncode == 0, said.stderr
        assert all(one.isprintable() or one == "\n" for one in said.stdout + said.stderr)
        assert "\\x1b]0;owned" in said.stdout


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """Serve a hub."""
    with running_hub(tmp_path_factory.mktemp("audited") / "data") as hub:
        yield hub


def test_search_and_trace_ask_the_hub(hub: RunningHub) -> None:
    """Filters, a page and its cursor, and one journey."""
    page = json.loads(
        command("audit", "search", "--action", "plugin.", "-n", "2", "--json", data=hub.data).stdout
    )
    assert len(page["items"]) == 2
    assert page["total"]["count"] > 2
    following = command(
        "audit", "search", "--action", "plugin.", "-n", "1", "--before", page["next"], data=hub.data
    )
    assert following.stdout.split()[0] < page["next"]
    shown = command("audit", "trace", page["items"][0]["trace"], data=hub.data)
    assert page["items"][0]["action"] in shown.stdout


def test_export_is_whole_lines_of_the_log(hub: RunningHub, tmp_path: Path) -> None:
    """What is exported is what the segments have, byte for byte."""
    target = tmp_path / "audit.jsonl"
    done = command("audit", "export", "-o", str(target), data=hub.data)
    assert done.returncode == 0, done.stderr
    stored = b"".join(path.read_bytes() for path in sorted((hub.data / "audit").glob("*.jsonl")))
    assert stored.startswith(target.read_bytes())


@pytest.mark.checklist("A-45")
def test_follower_survives_a_restart(tmp_path: Path) -> None:
    """`audit follow` goes on where it was when the hub is there again; no number is missing."""
    data = tmp_path / "data"
    with running_hub(data):
        follower = subprocess.Popen(
            [sys.executable, "-m", "plexihub.cli", "audit", "follow", "--after", "0", "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(data),
            cwd=tmp_path,
        )
        seen = _read_until(follower, b'"action": "audit.follow"')
    try:
        with running_hub(data):
            seen += _read_until(follower, b'"action": "audit.open"')
    finally:
        follower.kill()
        follower.communicate()
    whole = seen[: seen.rindex(b"\n")]
    after = 0
    for frame in lines_of(whole.decode()):
        assert (frame["type"] in {"record", "seen"}, frame["from"]) == (True, after + 1)
        after = frame["to"]
    assert after > 100


def _read_until(follower: subprocess.Popen[bytes], wanted: bytes) -> bytes:
    assert follower.stdout is not None
    os.set_blocking(follower.stdout.fileno(), False)
    end, text = time.monotonic() + 40, b""
    while wanted not in text or not text.endswith(b"\n"):
        assert time.monotonic() < end, text[-2000:]
        text += follower.stdout.read() or b""
        time.sleep(0.1)
    return text
