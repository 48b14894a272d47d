"""Looking records up: newest first, segment by segment from the end, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from plexihub.kernel.audit.record import AuditRecord, read_line
from plexihub.kernel.audit.segment import lines_backwards, segments

MAX_LIMIT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which records are wanted; an empty field does not matter.

    Args:
        limit: At most this many, 1000 in any case.
        before: Only records with a lower number.
        plugin: What the plugin did, and what was done to it.
        actor: Id or name of who acted, or of the person it was for.
        action: Beginning of the action, such as `plugin.`.
        outcome: How it ended.
        trace: One journey.
        text: Anywhere in the record, upper and lower case alike.
    """

    limit: int = 50
    before: int | None = None
    plugin: str = ""
    actor: str = ""
    action: str = ""
    outcome: str = ""
    trace: str = ""
    text: str = ""

    def accepts(self, record: AuditRecord) -> bool:
        """Whether a record is wanted; `text` is not looked at here."""
        actor = record.actor
        # An impersonation's name has both: `ada as grace`.
        who = (actor.id, actor.name, record.on_behalf_of, *actor.name.split(" as "))
        return (
            (self.before is None or record.seq < self.before)
            and (not self.actor or self.actor in who)
            and record.action.startswith(self.action)
            and self.outcome in {"", record.outcome}
            and self.trace in {"", record.trace}
            and (not self.plugin or self._concerns(record))
        )

    def _concerns(self, record: AuditRecord) -> bool:
        by_it = record.actor.kind == "plugin" and record.actor.id == self.plugin
        to_it = record.action.startswith("plugin.") and record.target == self.plugin
        return by_it or to_it or record.details.get("plugin") == self.plugin


def search(folder: Path, query: AuditQuery) -> list[AuditRecord]:
    """Find records, the newest first; lines that are no record are left out."""
    return list(islice(_matches(folder, query), max(0, min(query.limit, MAX_LIMIT))))


def _matches(folder: Path, query: AuditQuery) -> Iterator[AuditRecord]:
    text = query.text.casefold()
    for path in reversed(segments(folder)):
        for line in lines_backwards(path):
            if text and text not in line.decode("utf-8", "replace").casefold():
                continue
            record = read_line(line)
            if record is not None and query.accepts(record):
                yield record
