"""Letting old records go, with proof: a record says which, and the chain verifies from there on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from plexihub.kernel.audit.checkpoint import (
    CHECKPOINTS,
    RETIRED,
    Retired,
    last_retired,
    read_checkpoints,
)
from plexihub.kernel.audit.past import RETIRE, digests, first_of
from plexihub.kernel.audit.segment import last_good, segments
from plexihub.kernel.audit.tree import Frontier
from plexihub.kernel.audit.writer import Writer, stamp

_MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long records are kept.

    Args:
        days: At least so many; 0 keeps them for ever.
        megabytes: Above so many the oldest go, however old; 0 sets no bound.
        hold: Nothing goes while this is so.
    """

    days: int = 0
    megabytes: int = 0
    hold: bool = False


def retire(writer: Writer, keeping: Keeping, now: datetime | None = None) -> Retired | None:
    """Let go what was kept long enough, in whole segments; answers what went, if anything.

    Args:
        writer: Of the log.
        keeping: How long records are kept.
        now: The time, in UTC.

    Raises:
        OSError: The disk refuses; what is left verifies.
    """
    files = segments(writer.folder)
    gone = list(_outlived(files, keeping, now or datetime.now(UTC)))
    if not gone or writer.signer is None:
        return None
    made = _statement(writer, files[: len(gone)])
    if made is None:
        return None
    details = {**msgspec.to_builtins(made), "count": made.count, "segments": [x.name for x in gone]}
    writer.say(RETIRE, details)
    writer.checkpoint()
    # From here on it is so: a start after a sudden death takes away what is left of them.
    writer.add_line(RETIRED, msgspec.json.encode(made))
    for path in gone:
        path.unlink(missing_ok=True)
    _shorten(writer.folder / CHECKPOINTS, made.through)
    return made


def _outlived(files: list[Path], keeping: Keeping, now: datetime) -> Iterator[Path]:
    """Yield the segments to let go, the oldest first; never the one that is being written."""
    if keeping.hold:
        return
    size = sum(path.stat().st_size for path in files)
    limit = now - timedelta(days=keeping.days)
    for path in files[:-1]:
        last, _ = last_good(path)
        is_old = keeping.days > 0 and (last is None or datetime.fromisoformat(last.time) < limit)
        is_much = keeping.megabytes > 0 and size > keeping.megabytes * _MIB
        if not (is_old or is_much):
            return
        size -= path.stat().st_size
        yield path


def _statement(writer: Writer, gone: list[Path]) -> Retired | None:
    base = last_retired(writer.folder)
    tree = (base.tree() if base is not None else None) or Frontier()
    first, last = tree.size + 1, next(filter(None, (last_good(x)[0] for x in reversed(gone))), None)
    if last is None or writer.signer is None or first_of(gone[0]) != first:
        return None
    for digest in digests(gone, first):
        tree.add(digest)
    made = Retired(
        log=writer.log,
        first=first,
        through=last.seq,
        hash=last.hash,
        root=tree.root().hex(),
        frontier=tuple(node.hex() for node in tree.nodes),
        time=stamp(),
        key=writer.signer.id,
    )
    return msgspec.structs.replace(made, signature=writer.signer.sign(made.claim()))


def _shorten(path: Path, through: int) -> None:
    """Leave out the checkpoints of what is gone."""
    kept = [one for one in read_checkpoints(path) if one is not None and one.size > through]
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in kept))
    fresh.replace(path)
