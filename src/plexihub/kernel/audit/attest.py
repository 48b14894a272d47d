"""What stands beside the chain and vouches for it: keys, checkpoints, witness, retirement."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from plexihub.kernel.audit.checkpoint import (
    CHECKPOINTS,
    RETIRED,
    Checkpoint,
    last_checkpoint,
    last_retired,
    read_checkpoints,
)
from plexihub.kernel.audit.past import first_of
from plexihub.kernel.audit.segment import Head
from plexihub.kernel.audit.signing import is_signed, key_id, read_keys, vouched
from plexihub.kernel.audit.tree import Frontier
from plexihub_sdk.errors import InputError


class Attest:
    """Follows a walk along the records, and holds each checkpoint against them.

    Args:
        folder: Of the log.
        trusted: Public key known from elsewhere; empty where there is none.
        witness: A copy of the checkpoints from elsewhere.

    Raises:
        InputError: The witness cannot be read.
    """

    def __init__(self, folder: Path, trusted: str = "", witness: Path | None = None) -> None:
        self._folder = folder
        self._trusted = trusted
        keys = read_keys(folder)
        self._publics = {one.id: one.public for one in keys}
        if trusted:
            self._publics[key_id(trusted)] = trusted
        self._vouched = vouched(keys, trusted) if trusted else frozenset(self._publics)
        self._log = keys[0].log if keys else ""
        self._tree = Frontier()
        self._follow = _Lines(folder / CHECKPOINTS)
        self._witnessed = _witnessed(witness, self._log)
        self._told: dict[str, Any] = {}
        self._retired = last_retired(folder)
        self.file = CHECKPOINTS
        self.signed = self.retired = 0
        self.key = ""
        self.notes = [
            f"The key {one.id} is not vouched for by the one before it, from record {one.since + 1}"
            " on: the log was restored without its key, or the key was lost."
            for before, one in pairwise(keys)
            if not is_signed(before.public, one.claim(), one.signature)
        ]

    def base(self, files: list[Path]) -> Head | None:
        """Answer the record that the first one follows from, where those before were let go."""
        gone = self._retired
        if gone is None or not files:
            return None
        try:
            first = first_of(files[0])
        except OSError:
            return None
        public, tree = self._publics.get(gone.key, ""), gone.tree()
        if first != gone.through + 1 or tree is None:
            self._retired = None
            return None
        if not is_signed(public, gone.claim(), gone.signature):
            return None
        self._tree, self.retired = tree, gone.through
        self._follow.skip(gone.through)
        return Head(gone.through, gone.hash)

    def tell(self, details: dict[str, Any]) -> None:
        """Take up what a record says of those that were let go."""
        self._told = details

    @property
    def stop(self) -> float:
        """Number of the next record that something is held against."""
        sizes = [self._follow.next_size, *(one.size for one in self._witnessed[-1:])]
        return min((size for size in sizes if size > self._tree.size), default=math.inf)

    def pass_over(self, digests: Sequence[bytes]) -> None:
        """Take the next records, all of them before `stop`."""
        self._tree.extend(digests)

    def add(self, seq: int, digest: bytes) -> str:
        """Take the next record; answer what is wrong where a checkpoint has it otherwise."""
        self._tree.add(digest)
        if seq == self._follow.next_size:
            return self._compare()
        if self._witnessed and seq == self._witnessed[-1].size:
            return self._compare_witness()
        return ""

    def _compare(self) -> str:
        root = self._tree.root().hex()
        while (one := self._follow.current) is not None and one.size == self._tree.size:
            if one.root != root:
                return f"the checkpoint of {one.time} says that the log up to here was another one"
            if not one.is_signed_with(self._publics.get(one.key, "")):
                return f"the checkpoint of {one.time} is not signed by a key of this log"
            self.signed, self.key = one.size, one.key
            self._follow.go_on()
        return self._compare_witness()

    def _compare_witness(self) -> str:
        while self._witnessed and self._witnessed[-1].size <= self._tree.size:
            one = self._witnessed.pop()
            if one.size == self._tree.size and one.root != self._tree.root().hex():
                return f"the witness of {one.time} has seen another log up to here"
        return ""

    def finish(self, last: Head) -> str:
        """Answer what is wrong with the whole, now that every record was seen."""
        return self._rest(last) or self._retirement() or self._authority()

    def _rest(self, last: Head) -> str:
        if (one := self._follow.current) is not None:
            return f"the end is missing: a signed checkpoint has {one.size} records"
        if self._follow.damaged:
            self.notes.append(f"{self._follow.damaged} lines of {CHECKPOINTS} are none.")
        if self._witnessed:
            most = self._witnessed[0]
            return f"the end is missing: the witness saw {most.size} records at {most.time}"
        if last.seq > self.signed and last.seq:
            self.notes.append(f"Records {self.signed + 1} to {last.seq} are not signed yet.")
        return ""

    def _retirement(self) -> str:
        gone = self._retired
        if gone is None or not self.retired:
            return ""
        self.file = RETIRED
        if (self._told.get("through"), self._told.get("root")) != (gone.through, gone.root):
            return f"records up to {gone.through} are gone, and no record tells of it"
        return ""

    def _authority(self) -> str:
        self.file = CHECKPOINTS
        if self._trusted and self.key not in self._vouched:
            by = f"the key {self.key}" if self.key else "no key at all"
            return (
                f"the last checkpoint is signed by {by}, and not by the given key"
                f" {key_id(self._trusted)} or one that it vouches for"
            )
        return ""


class _Lines:
    """The checkpoints one after the other, each once the records have reached it."""

    def __init__(self, path: Path) -> None:
        self._lines: Iterator[Checkpoint | None] = read_checkpoints(path)
        self.current: Checkpoint | None = None
        self.next_size = -1
        self.damaged = 0
        self.go_on()

    def go_on(self) -> None:
        self.current = None
        for one in self._lines:
            if one is not None:
                self.current = one
                break
            self.damaged += 1
        self.next_size = -1 if self.current is None else self.current.size

    def skip(self, size: int) -> None:
        while self.current is not None and self.current.size <= size:
            self.go_on()


def _witnessed(path: Path | None, log: str) -> list[Checkpoint]:
    """Read the witness's copy: those of this log, the largest first."""
    if path is None:
        return []
    if not path.is_file():
        raise InputError(f"There is no witness's copy {path}.", where=str(path))
    found = [one for one in read_checkpoints(path) if one is not None and one.log == log]
    last = last_checkpoint(path)
    if last is None or (log and last.log != log and not found):
        raise InputError(
            "The witness's copy has no checkpoint of this log.",
            where=str(path),
            next="Name the file that the setting audit.witness says.",
        )
    return sorted(found or [last], key=lambda one: -one.size)
