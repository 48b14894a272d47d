"""A log as a busy hub writes it, made without one: the same records for the same number."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from plexihub.kernel.audit.record import GENESIS, write_line
from plexihub.kernel.audit.segment import Head, path_of, write_head
from plexihub.kernel.context import CORE, Actor, CallContext
from plexihub.kernel.ports import AuditEntry, Outcome
from plexihub_sdk.ids import TraceId, UserId

SEGMENT = 100_000
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = [Actor("user", f"{number:08x}-person", f"person{number}") for number in range(200)]
PLUGINS = [Actor("plugin", f"plugin-{number}", f"Plugin {number}") for number in range(40)]
METHODS = ["data.query", "storage.get", "storage.put", "network.fetch", "messages.send"]
HOOKS = ["message.creating", "message.created", "user.login", "dashboard.loading"]
HOSTS = ["api.weather.example", "hooks.chat.example", "issues.example"]
_OUTCOMES: list[Outcome] = ["ok", "denied", "failed", "timeout", "crashed", "vetoed"]
_WEIGHTS = [940, 30, 20, 6, 2, 2]
_REASONS = [
    "The permission network:fetch was not granted",
    "It did not answer within 5 seconds",
    "The hub refused more than 100 requests a minute",
]


def entries(count: int, seed: int = 1) -> Iterator[tuple[AuditEntry, datetime]]:
    """Make the entries of journeys: a person's request, a plugin's call, what it asked for."""
    chance = random.Random(seed)  # noqa: S311 - the same each time
    moment, made = BEGIN, 0
    while made < count:
        ctx = CallContext(
            actor=chance.choice(PEOPLE), trace=TraceId(f"{chance.getrandbits(128):032x}")
        )
        for entry in _journey(chance, ctx):
            moment += timedelta(milliseconds=chance.randrange(1, 200))
            yield entry, moment
            made += 1
            if made == count:
                return


def _journey(chance: random.Random, ctx: CallContext) -> Iterator[AuditEntry]:
    kind = chance.random()
    if kind < 0.02:
        yield AuditEntry(ctx=CallContext(actor=CORE), action="config.change", target="hub.name")
    elif kind < 0.1:
        yield AuditEntry(ctx=ctx, action="user.login", target=ctx.actor.name)
    else:
        plugin = chance.choice(PLUGINS)
        person = UserId(ctx.actor.id)
        guest = CallContext(actor=plugin, on_behalf_of=person, trace=ctx.trace)
        for _ in range(chance.randrange(1, 4)):
            yield _call(chance, guest)
        yield _measured(chance, guest, "plugin.execution", chance.choice(HOOKS), {})


def _call(chance: random.Random, ctx: CallContext) -> AuditEntry:
    method = chance.choice(METHODS)
    details: dict[str, object] = {
        "method": method,
        "parameters": {"key": f"item-{chance.randrange(50_000)}"},
    }
    if method == "network.fetch":
        details["url"] = f"https://{chance.choice(HOSTS)}/v1/things/{chance.randrange(9999)}"
    return _measured(chance, ctx, "gateway.call", method, details)


def _measured(
    chance: random.Random, ctx: CallContext, action: str, target: str, details: dict[str, object]
) -> AuditEntry:
    outcome = chance.choices(_OUTCOMES, _WEIGHTS)[0]
    return AuditEntry(
        ctx=ctx,
        action=action,
        target=target,
        outcome=outcome,
        reason="" if outcome == "ok" else chance.choice(_REASONS),
        execution_ms=chance.random() * 20,
        memory_mb=10 + chance.random() * 20,
        details=details,
    )


def write_log(folder: Path, count: int, *, segment: int = SEGMENT, seed: int = 1) -> None:
    """Write a log of `count` records, openings of segments among them, that verifies."""
    folder.mkdir(parents=True, exist_ok=True)
    made, seq, prev, number = entries(count, seed), 0, GENESIS, 0
    while seq < count:
        number += 1
        with path_of(folder, number).open("wb") as file:
            opening = AuditEntry(ctx=CallContext(actor=CORE), action="audit.open")
            for entry, moment in _with(opening, made, min(segment, count - seq)):
                seq += 1
                line, prev = write_line(entry, moment, seq, prev)
                file.write(line)
    write_head(folder, Head(seq, prev))


def _with(
    opening: AuditEntry, made: Iterator[tuple[AuditEntry, datetime]], count: int
) -> Iterator[tuple[AuditEntry, datetime]]:
    first: datetime | None = None
    for _ in range(count - 1):
        entry, moment = next(made)
        if first is None:
            first = moment
            yield opening, moment
        yield entry, moment
    if first is None:
        yield opening, BEGIN
