"""Signed checkpoints: what the whole log was at one moment, in a few lines.

`checkpoints.jsonl` has them all. A copy that is kept elsewhere (the witness) shows that the log was
rewritten, or put back to an older state, even when everything in the folder was changed to fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from plexihub.kernel.audit.segment import lines_backwards
from plexihub.kernel.audit.signing import Signer, is_signed
from plexihub.kernel.audit.tree import Frontier

CHECKPOINTS = "checkpoints.jsonl"
RETIRED = "retired.jsonl"


class Checkpoint(msgspec.Struct, frozen=True, kw_only=True):
    """The head of the tree, signed.

    Args:
        log: Which log.
        size: How many records.
        root: Head of the tree over them.
        head: Hash of the last of them.
        time: When it was made.
        key: Id of the key that signed it.
        signature: Of `claim()`.
        frontier: From which the writer goes on; it leads to `root`, or it is not used.
    """

    log: str
    size: int
    root: str
    head: str
    time: str
    key: str
    signature: str = ""
    frontier: tuple[str, ...] = ()

    def claim(self) -> bytes:
        """Answer what is signed."""
        return (
            f"plexihub audit checkpoint 1\n{self.log}\n{self.size}\n{self.root}\n{self.head}\n"
            f"{self.time}\n"
        ).encode()

    def is_signed_with(self, public: str) -> bool:
        """Tell whether a key signed it."""
        return is_signed(public, self.claim(), self.signature)

    def tree(self) -> Frontier | None:
        """Answer the tree that it is the head of; None where its parts do not lead to it."""
        try:
            tree = Frontier(self.size, [bytes.fromhex(one) for one in self.frontier])
        except ValueError:
            return None
        return tree if tree.is_whole and tree.root().hex() == self.root else None


class Retired(msgspec.Struct, frozen=True, kw_only=True):
    """Records that were let go after their time, and what they came to.

    Args:
        log: Which log.
        first: Number of the first of them.
        through: Number of the last.
        hash: Its hash: the next record follows from it.
        root: Head of the tree over everything up to it.
        frontier: The parts of that tree.
        time: When.
        key: Id of the key that signed it.
        signature: Of `claim()`.
    """

    log: str
    first: int
    through: int
    hash: str
    root: str
    frontier: tuple[str, ...]
    time: str
    key: str = ""
    signature: str = ""

    @property
    def count(self) -> int:
        """How many were let go."""
        return self.through - self.first + 1

    def claim(self) -> bytes:
        """Answer what is signed."""
        return (
            f"plexihub audit retired 1\n{self.log}\n{self.first}\n{self.through}\n{self.hash}\n"
            f"{self.root}\n{self.time}\n"
        ).encode()

    def tree(self) -> Frontier | None:
        """Answer the tree over what is gone; None where its parts do not lead to its head."""
        checkpoint = Checkpoint(
            log=self.log,
            size=self.through,
            root=self.root,
            head=self.hash,
            time=self.time,
            key=self.key,
            frontier=self.frontier,
        )
        return checkpoint.tree()


def make_checkpoint(
    log: str, tree: Frontier, head: str, *, time: str, signer: Signer
) -> Checkpoint:
    """Sign the state of a log."""
    made = Checkpoint(
        log=log,
        size=tree.size,
        root=tree.root().hex(),
        head=head,
        time=time,
        key=signer.id,
        frontier=tuple(node.hex() for node in tree.nodes),
    )
    return msgspec.structs.replace(made, signature=signer.sign(made.claim()))


def read_checkpoints(path: Path) -> Iterator[Checkpoint | None]:
    """Read checkpoints line by line; None for a line that is none."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            try:
                yield msgspec.json.decode(line, type=Checkpoint)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                yield None


def last_checkpoint(path: Path) -> Checkpoint | None:
    """Find the last checkpoint of a file; None where there is none."""
    for line in lines_backwards(path):
        try:
            return msgspec.json.decode(line, type=Checkpoint)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
    return None


def read_retired(folder: Path) -> list[Retired]:
    """List what was let go, the oldest first; a line that is none ends the list."""
    try:
        lines = (folder / RETIRED).read_bytes().splitlines()
        return [msgspec.json.decode(line, type=Retired) for line in lines]
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return []


def last_retired(folder: Path) -> Retired | None:
    """Answer what was let go last, which has everything before it; None where nothing was."""
    found = read_retired(folder)
    return found[-1] if found else None
