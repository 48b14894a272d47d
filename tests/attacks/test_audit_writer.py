"""What code of the hub's own user tries against the log behind the writer's back."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from plexihub.kernel.audit import AuditLog, AuditQuery, verify
from plexihub.kernel.audit.checkpoint import CHECKPOINTS
from plexihub.kernel.audit.record import chain
from plexihub.kernel.audit.segment import Head, segments, write_head
from plexihub.kernel.audit.signing import KEY, KEYS, make_signer, read_keys
from plexihub.kernel.audit.writer import Writer
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import AuditEntry
from plexihub.runtimes.scribe import Orders, ScribePen
from plexihub.runtimes.scribe.wire import packet
from plexihub_sdk.errors import StartupError

pytestmark = pytest.mark.anyio


@dataclass
class Scene:
    """A log with a writer of its own."""

    folder: Path
    witness: Path
    log: AuditLog
    pen: ScribePen

    def note(self, target: str) -> None:
        """Record something."""
        self.log.append(AuditEntry(ctx=CallContext(), action="thing.do", target=target))

    async def targets(self) -> list[str]:
        """Answer what was recorded, the oldest first."""
        found = await self.log.read(AuditQuery(limit=1000, action="thing."))
        return [one.target for one in reversed(found)]

    async def said(self, action: str) -> list[str]:
        """Answer the reasons of the records of an action."""
        return [one.reason for one in await self.log.read(AuditQuery(action=action))]

    @property
    def key(self) -> str:
        """The public key that somebody keeps elsewhere."""
        return read_keys(self.folder)[0].public

    @property
    def keeper(self) -> int:
        """The keeper's process."""
        child = self.pen._child
        assert child is not None
        return child.pid

    @property
    def writer(self) -> int:
        """The writer's process."""
        path = Path(f"/proc/{self.keeper}/task/{self.keeper}/children")
        until = time.monotonic() + 5
        while not (found := path.read_text().split()) and time.monotonic() < until:
            time.sleep(0.01)
        return int(found[0])


async def begin(folder: Path, witness: Path) -> Scene:
    """Start a log."""
    log = AuditLog(folder)
    pen = ScribePen(Orders(folder=str(folder), witness=f"file:{witness}"))
    log.write_with(pen)
    await log.start()
    return Scene(folder, witness, log, pen)


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Give a log with a writer and three records."""
    scene = await begin(tmp_path / "audit", tmp_path / "witness.jsonl")
    for target in ("one", "two", "three"):
        scene.note(target)
    await scene.log.flush()
    yield scene
    await scene.log.close()


def _opened() -> list[Path]:
    return [one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]


async def test_hub_has_no_way_to_write_the_files(scene: Scene) -> None:
    """No descriptor of the hub's process leads to the log."""
    opened = await asyncio.to_thread(_opened)
    assert not [path for path in opened if path.is_relative_to(scene.folder)]


@pytest.mark.parametrize("victim", ["writer", "keeper", "both"])
async def test_killed_writer_loses_and_repeats_nothing(scene: Scene, victim: str) -> None:
    """Whoever of them is killed in the middle of work, every record stands once and in order."""
    for number in range(300):
        scene.note(str(number))
        if number == 150:
            await scene.log.flush()
            keeper, writer = scene.keeper, scene.writer
            if victim != "writer":
                os.kill(keeper, 9)
            if victim != "keeper":
                os.kill(writer, 9)
    await scene.log.flush()
    assert await scene.targets() == ["one", "two", "three", *map(str, range(300))]
    if victim != "keeper":  # a writer without a keeper goes on as it was
        assert "Its writer died and was started anew." in await scene.said("audit.distrust")
    verdict = verify(scene.folder, key=scene.key)
    assert (verdict.ok, verdict.first_bad) == (True, None)


async def test_death_of_an_idle_writer_is_noticed(scene: Scene) -> None:
    """Nothing has to be recorded for the hub to say that its writer died."""
    os.kill(scene.writer, 9)
    async with asyncio.timeout(10):
        while not await scene.said("audit.distrust"):  # noqa: ASYNC110 - a record is no event
            await asyncio.sleep(0.05)


async def test_forged_packets_are_on_record_as_such(scene: Scene) -> None:
    """Over the pipe itself: what is no record, and what only the writer says, is refused."""
    pipe = scene.pen._pipe
    assert pipe is not None
    whole = b'{"time":"x","trace":"","actor":{"kind":"core","id":"","name":""}'
    rest = b',"on_behalf_of":null,"target":"","outcome":"ok","reason":"","execution_ms":null'
    rest += b',"memory_mb":null,"details":{}}'
    forged = (
        b"garbage",
        packet(b"w", 1 << 40, b'{"seq":1,"prev":"","hash":""}'),
        packet(b"w", 2 << 40, whole + b',"action":"audit.open"' + rest),
        packet(b"w", 3 << 40, whole + b',"action":"a.b","seq":9' + rest),
        packet(b"w", 4 << 40, b'{"time":5}\n\xff\xfe\n' + b"["),
    )
    for one in forged:
        pipe.setblocking(True)
        pipe.send(one)
    scene.note("after")
    await scene.log.flush()
    assert (await scene.targets())[-1] == "after"
    assert len(await scene.log.read(AuditQuery(action="audit.refuse"))) == 7
    assert verify(scene.folder, key=scene.key).ok


async def test_stolen_answer_makes_nothing_twice(scene: Scene) -> None:
    """Whoever reads the writer's answer from the pipe delays the hub, and no more."""
    pipe = scene.pen._pipe
    assert pipe is not None
    body = b"[]"
    pipe.setblocking(True)
    pipe.send(packet(b"w", 99 << 40, body))
    pipe.recv(4096)
    scene.note("after")
    await scene.log.flush()
    assert (await scene.targets())[-1] == "after"
    assert verify(scene.folder).ok


async def test_second_writer_is_refused(scene: Scene) -> None:
    """No other process writes the same log, as long as the writer lives."""
    with pytest.raises(StartupError, match="Another process"):
        Writer(scene.folder).open()
    assert verify(scene.folder).ok


PEEP = """
import ctypes, os, sys, time
sys.path[:0] = sys.argv[1].split(":")
from plexihub.runtimes.scribe.__main__ import hide
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # as a program that such a user starts
for hidden in (False, True):
    ready, write = os.pipe()
    if (pid := os.fork()) == 0:
        if hidden:
            hide()
        os.write(write, b".")
        time.sleep(30)
        os._exit(0)
    os.read(ready, 1)
    try:
        open(f"/proc/{pid}/mem", "rb").close()
        print("read")
    except PermissionError:
        print("refused")
    os.kill(pid, 9)
    os.wait()
"""


async def test_memory_of_the_writer_is_closed_to_its_own_user() -> None:
    """A process of the same user, a parent even, reads no key from one that has hidden itself."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-I", "-c", PEEP, ":".join(sys.path)],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert done.stdout.split() == ["read", "refused"]


def rewrite(folder: Path, *, signing: bool) -> None:
    """Write the whole log anew, as somebody would who knows every file of it."""
    lines = [line for path in segments(folder) for line in path.read_bytes().splitlines()]
    bodies = [line.replace(b'"two"', b'"TWO"') for line in lines[1:]]
    key = (folder / KEY).read_bytes()
    keys = (folder / KEYS).read_bytes()
    shutil.rmtree(folder)
    folder.mkdir()
    if signing:
        (folder / KEY).write_bytes(key)
        (folder / KEYS).write_bytes(keys)
    writer = Writer(folder)
    writer.open()
    for line in bodies:
        start, end = line.index(b",") + 1, line.index(b',"prev":"')
        writer.write([b"{" + line[start:end] + b"}"])
    writer.close()


async def test_log_written_anew_shows_by_the_key(scene: Scene) -> None:
    """A chain that fits, with head and checkpoints made to fit, is not signed by the known key."""
    await scene.log.close()
    key = scene.key
    rewrite(scene.folder, signing=False)
    assert verify(scene.folder).ok, "without the key there is nothing to hold it against"
    verdict = verify(scene.folder, key=key)
    assert verdict.first_bad is not None
    assert "not by the given key" in verdict.first_bad.problem


async def test_log_written_anew_with_the_stolen_key_shows_by_the_witness(scene: Scene) -> None:
    """Who reads the key beside the log can sign; the witness has seen another log."""
    await scene.log.close()
    key = scene.key
    rewrite(scene.folder, signing=True)
    assert verify(scene.folder, key=key).ok, "this is what a key beside the log cannot show"
    verdict = verify(scene.folder, key=key, witness=scene.witness)
    assert verdict.first_bad is not None
    assert "the witness" in verdict.first_bad.problem


async def test_last_record_changed_shows_by_the_checkpoint(scene: Scene) -> None:
    """The last record, its hash and the head changed together: the checkpoint has another."""
    await scene.log.close()
    path = segments(scene.folder)[-1]
    *lines, last = path.read_bytes().splitlines(keepends=True)
    record = msgspec.json.decode(last)
    writer_line = last.replace(b'"three"', b'"THREE"')
    digest = chain(record["prev"], writer_line[:-76] + b"}")
    path.write_bytes(b"".join(lines) + writer_line[:-67] + digest.encode() + b'"}\n')
    write_head(scene.folder, Head(record["seq"], digest))
    verdict = verify(scene.folder)
    assert verdict.first_bad is not None
    assert (verdict.first_bad.seq, verdict.first_bad.line) == (record["seq"], len(lines) + 1)
    assert "says that the log up to here was another one" in verdict.first_bad.problem


async def test_cut_end_shows_by_the_checkpoint_though_the_head_fits(scene: Scene) -> None:
    """Tail and head cut together: a signed checkpoint says how many records there were."""
    await scene.log.close()
    cut(scene.folder)
    verdict = verify(scene.folder)
    assert verdict.first_bad is not None
    assert "a signed checkpoint has 4 records" in verdict.first_bad.problem


async def test_everything_cut_shows_by_the_witness(scene: Scene, tmp_path: Path) -> None:
    """An older copy of the whole folder put back: the witness saw more, and the next start says."""
    await scene.log.close()
    cut(scene.folder)
    lines = (scene.folder / CHECKPOINTS).read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if msgspec.json.decode(line)["size"] <= 3]
    (scene.folder / CHECKPOINTS).write_bytes(b"".join(kept))
    assert verify(scene.folder, key=scene.key).ok
    verdict = verify(scene.folder, key=scene.key, witness=scene.witness)
    assert verdict.first_bad is not None
    assert "the witness saw 4 records" in verdict.first_bad.problem
    again = await begin(scene.folder, tmp_path / "witness.jsonl")
    await again.log.close()
    verdict = verify(scene.folder)
    assert verdict.first_bad is not None
    assert "the witness has seen them" in verdict.first_bad.problem


def cut(folder: Path) -> None:
    """Take the last record away, and let the head fit."""
    path = segments(folder)[-1]
    lines = path.read_bytes().splitlines(keepends=True)[:-1]
    path.write_bytes(b"".join(lines))
    record = msgspec.json.decode(lines[-1])
    write_head(folder, Head(record["seq"], record["hash"]))


async def test_rewritten_while_it_runs_shows_by_the_next_checkpoint(scene: Scene) -> None:
    """What is changed under the writer's hands differs from what it signs from memory."""
    path = segments(scene.folder)[-1]
    path.write_bytes(path.read_bytes().replace(b'"two"', b'"TWO"'))
    scene.note("four")
    await scene.log.flush()
    assert not verify(scene.folder).ok


async def test_key_that_is_given_is_not_there_any_more(tmp_path: Path) -> None:
    """A key from a descriptor: the hub has it no longer, and the folder never had."""
    pem = tmp_path / "key.pem"
    signer = make_signer()
    pem.write_bytes(signer.pem())
    descriptor = os.open(pem, os.O_RDONLY)
    pem.unlink()
    folder = tmp_path / "audit"
    log = AuditLog(folder)
    log.write_with(ScribePen(Orders(folder=str(folder), key=f"fd:{descriptor}")))
    await log.start()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    await log.close()
    assert not (folder / KEY).exists()
    assert verify(folder, key=signer.public).ok
