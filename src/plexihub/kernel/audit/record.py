"""One record, its canonical bytes, and the chain.

Two forms stand in the files. The second has an id, the parent, the rule and what else the first did
not know; each segment tells its form in its first record. A field that has nothing to say is left
out of a line, so a reader of now reads both.

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

from plexihub.kernel.context import ActorKind, new_record_id
from plexihub.kernel.ports import AuditEntry, Outcome, Traffic

#: The form in which records are written now.
FORMAT = 2
#: Version and digest of a plugin.
Identity = tuple[str, str]
GENESIS = "0" * 64
MAX_TEXT = 2000
MAX_DETAILS = 16_000
_LINE = re.compile(rb'(?P<body>\{.*),"hash":"(?P<hash>[0-9a-f]{64})"\}\Z', re.DOTALL)


class RecordActor(msgspec.Struct, frozen=True):
    """Who acted; of a plugin also which version, and the digest of its package."""

    kind: ActorKind
    id: str
    name: str
    version: str = ""
    digest: str = ""


class _Said(RecordActor, frozen=True, omit_defaults=True):
    """As it stands in a line."""


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the hub says of one action; number and chain are the writer's."""

    id: str = ""
    time: str
    parent: str = ""
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
    rule: str = ""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    egress: Traffic | None = None


class _Given(Body, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body that comes from elsewhere."""


class AuditRecord(Body, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """One action, with its number and its place in the chain."""

    seq: int
    prev: str
    hash: str


_encode = msgspec.json.Encoder(enc_hook=repr, order="deterministic").encode
_decode = msgspec.json.Decoder(AuditRecord).decode
_decode_body = msgspec.json.Decoder(_Given).decode


def chain(prev: str, body: bytes) -> str:
    """Compute the hash of a record from the hash before it and its own canonical bytes."""
    return hashlib.sha256(prev.encode() + body).hexdigest()


def write_line(entry: AuditEntry, moment: datetime, seq: int, prev: str) -> tuple[bytes, str]:
    """Make the line of an entry, newline included, and its hash."""
    return seal(encode_body(entry, moment)[1], seq, prev)


def seal(body: bytes, seq: int, prev: str) -> tuple[bytes, str]:
    """Give a body its number and its place in the chain: the line, newline included, and its hash.

    Args:
        body: As `encode_body` made it.
        seq: Its number.
        prev: Hash of the record before it.
    """
    whole = b'{"seq":%d,%b,"prev":"%b"' % (seq, body[1:-1], prev.encode())
    digest = chain(prev, whole + b"}")
    return b'%b,"hash":"%b"}\n' % (whole, digest.encode()), digest


def encode_body(entry: AuditEntry, moment: datetime, who: Identity = ("", "")) -> tuple[str, bytes]:
    """Make what the hub says of an action: the record's id, and its bytes without a newline.

    Args:
        entry: The action; what is changed in it afterwards is not written.
        moment: When, in UTC.
        who: Version and digest of the plugin that acted, where it was one.
    """
    ctx, span = entry.ctx, entry.span
    cause = ctx.span if span is None else span.parent
    actor = _Said(ctx.actor.kind, _text(ctx.actor.id), _text(ctx.actor.name), *who)
    body = Body(
        id=new_record_id() if span is None else span.id,
        time=moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        trace=_text(ctx.trace),
        parent="" if cause is None else cause.id,
        actor=actor,
        on_behalf_of=_text(ctx.on_behalf_of) if ctx.on_behalf_of else None,
        action=_text(entry.action),
        target=_text(entry.target),
        outcome=entry.outcome,
        reason=_text(entry.reason),
        execution_ms=_rounded(entry.execution_ms),
        memory_mb=_rounded(entry.memory_mb),
        details=_details(entry.details),
        rule=_text(entry.rule),
        before=None if entry.before is None else _details(entry.before),
        after=None if entry.after is None else _details(entry.after),
        egress=entry.egress,
    )
    return body.id, _encode(body)


def is_body(given: bytes) -> bool:
    """Whether bytes are what `encode_body` makes: one line of the form, and nothing more in it."""
    try:
        _decode_body(given)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return b"\n" not in given and given.startswith(b"{") and given.endswith(b"}")


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
