"""Proofs about single records, which can be checked without the log and without a hub."""

from __future__ import annotations

from pathlib import Path

import msgspec

from plexihub.kernel.audit.checkpoint import (
    CHECKPOINTS,
    Checkpoint,
    last_checkpoint,
    last_retired,
    read_checkpoints,
)
from plexihub.kernel.audit.past import digests, first_of
from plexihub.kernel.audit.record import problem_of, read_line
from plexihub.kernel.audit.segment import segments
from plexihub.kernel.audit.signing import PublicKey, key_id, read_keys, vouched
from plexihub.kernel.audit.tree import Tree, is_consistent, root_by_inclusion
from plexihub_sdk.errors import InputError, NotFoundError

FORM = "plexihub audit proof 1"
LARGEST = 8 * 2**20


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """That an older checkpoint is of the same log: no record was changed since."""

    checkpoint: Checkpoint
    path: tuple[str, ...]


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """That a record stands in a log.

    Args:
        form: Of the proof.
        line: The record, as it stands in the log.
        path: From its leaf to the head of the tree.
        checkpoint: The signed head.
        keys: The public keys of the log.
        since: Where asked for, that the log was only added to since an older checkpoint.
    """

    form: str
    line: str
    path: tuple[str, ...]
    checkpoint: Checkpoint
    keys: tuple[PublicKey, ...]
    since: Since | None = None


def prove(folder: Path, seq: int, since: int | None = None) -> Proof:
    """Make the proof that a record stands in the log as it was last signed.

    Args:
        folder: Of the log.
        seq: Number of the record.
        since: Size of an older checkpoint, which the proof is to include.

    Raises:
        NotFoundError: There is no such record, it is not signed yet, or there is no checkpoint of
            that size.
    """
    checkpoint = last_checkpoint(folder / CHECKPOINTS)
    if checkpoint is None or not 1 <= seq <= checkpoint.size:
        size = 0 if checkpoint is None else checkpoint.size
        raise NotFoundError(
            f"Record {seq} is not among the {size} records that are signed.",
            where=str(folder),
            next="The next checkpoint is made within seconds of the next record.",
        )
    line, tree = _line(folder, seq), _tree(folder, checkpoint.size)
    try:
        path = tree.inclusion(seq - 1, checkpoint.size)
        older = None if since is None else _since(folder, since, checkpoint, tree)
    except KeyError:
        raise NotFoundError(
            "The proof needs records that were let go after their time.",
            where=str(folder),
            next="Use the archive that was made of them.",
        ) from None
    return Proof(
        form=FORM,
        line=line.decode("utf-8", "replace"),
        path=tuple(node.hex() for node in path),
        checkpoint=msgspec.structs.replace(checkpoint, frontier=()),
        keys=tuple(read_keys(folder)),
        since=older,
    )


def _line(folder: Path, seq: int) -> bytes:
    for path in reversed(segments(folder)):
        if not 0 < first_of(path) <= seq:
            continue
        with path.open("rb") as file:
            for line in file:
                if line.startswith(b'{"seq":%d,' % seq):
                    return line.rstrip(b"\n")
    raise NotFoundError(f"There is no record {seq} any more.", where=str(folder))


def _tree(folder: Path, size: int) -> Tree:
    base = last_retired(folder)
    gone = base.tree() if base is not None else None
    start = 0 if gone is None else gone.size
    found = list(digests(segments(folder), start + 1))
    return Tree(found[: size - start], gone)


def _since(folder: Path, size: int, now: Checkpoint, tree: Tree) -> Since:
    for one in read_checkpoints(folder / CHECKPOINTS):
        if one is not None and one.size == size:
            path = tree.consistency(size, now.size)
            one = msgspec.structs.replace(one, frontier=())  # noqa: PLW2901 - leaves one thing out
            return Since(checkpoint=one, path=tuple(node.hex() for node in path))
    raise NotFoundError(f"There is no checkpoint of {size} records.", where=str(folder))


def read_proof(path: Path) -> Proof:
    """Read a proof from a file.

    Raises:
        InputError: It is none.
    """
    try:
        with path.open("rb") as file:
            proof = msgspec.json.decode(file.read(LARGEST), type=Proof)
    except OSError as error:
        raise InputError(f"The proof cannot be read: {error.strerror}.", where=str(path)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InputError(f"This is no proof: {error}.", where=str(path)) from error
    if proof.form != FORM:
        raise InputError(f"This is no proof of the form {FORM!r}.", where=str(path))
    return proof


def problem_with(proof: Proof, key: str) -> str:
    """Answer what is wrong with a proof; empty where it holds.

    Args:
        proof: As it came.
        key: Public key of the log, known from elsewhere.
    """
    try:
        return _problem(proof, key)
    except ValueError:
        return "a hash in it is no hash"


def _problem(proof: Proof, key: str) -> str:
    checkpoint = proof.checkpoint
    publics = {one.id: one.public for one in proof.keys} | {key_id(key): key}
    trusted = vouched(list(proof.keys), key)
    for one in (checkpoint, *((proof.since.checkpoint,) if proof.since else ())):
        if one.key not in trusted:
            return f"the key {one.key} is neither the given one nor one that it vouches for"
        if not one.is_signed_with(publics[one.key]):
            return f"the signature of the checkpoint of {one.size} records is wrong"
    line = proof.line.encode()
    record = read_line(line)
    if record is None or problem_of(line, record.seq, record.prev)[0]:
        return "the record was changed: its hash does not fit"
    path = [bytes.fromhex(node) for node in proof.path]
    root = root_by_inclusion(bytes.fromhex(record.hash), record.seq - 1, checkpoint.size, path)
    if root.hex() != checkpoint.root:
        return "the record does not stand in the log that was signed"
    return _inconsistent(proof.since, checkpoint) if proof.since else ""


def _inconsistent(since: Since, now: Checkpoint) -> str:
    old = since.checkpoint
    path = [bytes.fromhex(node) for node in since.path]
    first, second = (old.size, bytes.fromhex(old.root)), (now.size, bytes.fromhex(now.root))
    is_same = old.log == now.log and is_consistent(first, second, path)
    return "" if is_same else f"the log was not only added to since it had {old.size} records"
