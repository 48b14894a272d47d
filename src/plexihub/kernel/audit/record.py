"""One record, its canonical bytes, and the chain.

A line is the canonical JSON of the record without `hash`, with `,"hash":"..."` set before the last
brace. The hash is the SHA-256 of the previous hash and those canonical bytes, so that no byte of a
line can change, and no line can be put in, taken out or moved, without breaking the chain.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from plexihub.kernel.context import ActorKind
from plexihub.kernel.ports import AuditEntry, Outcome

GENESIS = "0" * 64
MAX_TEXT = 2000
MAX_DETAILS = 16_000
_LINE = re.compile(rb'(?P<body>\{.*),"hash":"(?P<hash>[0-9a-f]{64})"\}\Z', re.DOTALL)


class RecordActor(msgspec.Struct, frozen=True):
    """Who acted."""

    kind: ActorKind
    id: str
    name: str


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    seq: int
    time: str
    trace: str
    actor: RecordActor
    on_behalf_of: str | None
    action: str
    target: str
    outcome: Outcome
    reason: str
    execution_ms: float | None
    memory_mb: float | None
    details: dict[str, Any]
    prev: str


class AuditRecord(_Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One action, with its number and its place in the chain."""

    hash: str


_encode = msgspec.json.Encoder(enc_hook=repr, order="deterministic").encode
_decode = msgspec.json.Decoder(AuditRecord).decode


def chain(prev: str, body: bytes) -> str:
    """Compute the hash of a record from the hash before it and its own canonical bytes."""
    return hashlib.sha256(prev.encode() + body).hexdigest()


def write_line(entry: AuditEntry, moment: datetime, seq: int, prev: str) -> tuple[bytes, str]:
    """Make the line of an entry, newline included, and its hash."""
    body = _canonical(entry, moment, seq, prev)
    digest = chain(prev, body)
    return body[:-1] + b',"hash":"' + digest.encode() + b'"}\n', digest


def _canonical(entry: AuditEntry, moment: datetime, seq: int, prev: str) -> bytes:
    ctx = entry.ctx
    body = _Body(
        seq=seq,
        time=moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        trace=_text(ctx.trace),
        actor=RecordActor(ctx.actor.kind, _text(ctx.actor.id), _text(ctx.actor.name)),
        on_behalf_of=_text(ctx.on_behalf_of) if ctx.on_behalf_of else None,
        action=_text(entry.action),
        target=_text(entry.target),
        outcome=entry.outcome,
        reason=_text(entry.reason),
        execution_ms=_rounded(entry.execution_ms),
        memory_mb=_rounded(entry.memory_mb),
        details=_details(entry.details),
        prev=prev,
    )
    return _encode(body)


def _text(value: object) -> str:
    # Surrogates cannot be written, and a plugin's message may be of any length.
    text = str(value)
    if text.isascii():
        return text[:MAX_TEXT]
    return text.encode("utf-8", "replace").decode()[:MAX_TEXT]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _details(details: Mapping[str, Any]) -> dict[str, Any]:
    """Answer details that can be written, whatever was handed in."""
    if not details:
        return {}
    try:
        size = len(_encode(details))
    except Exception as error:  # noqa: BLE001 - a foreign object's own repr may raise anything
        return {"unwritable": _text(f"{type(error).__name__}: {error}")}
    return dict(details) if size <= MAX_DETAILS else {"too_large": size}


def read_line(line: bytes) -> AuditRecord | None:
    """Read one line without its newline; None where it is no record."""
    try:
        return _decode(line)
    except msgspec.MsgspecError:
        return None
    except UnicodeDecodeError:
        return None


def problem_of(line: bytes, seq: int, prev: str) -> tuple[str, AuditRecord | None]:
    """Tell what is wrong with the line that should be number `seq` after `prev`, if anything."""
    parts = _LINE.match(line)
    record = read_line(line)
    if parts is None or record is None:
        return "the line is no audit record", None
    if record.seq != seq:
        return f"number {seq} should stand here, but it is number {record.seq}", record
    if record.prev != prev:
        return "it does not follow from the record before it", record
    if chain(prev, parts["body"] + b"}") != record.hash:
        return "the record was changed: its hash does not fit", record
    return "", record
