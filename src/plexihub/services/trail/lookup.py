"""Asking the index: which records fit, where they stand, and how many there are.

The index answers places; what stands there is read from the segments and looked at once more. How
a question is answered depends on what it names: a trace by its own key, words by the index of
words, everything else by the shapes that fit. Few records of a shape are gathered, many are met
soon by walking back from the newest.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.audit.read import Spot
from plexihub.kernel.audit.words import SHORTEST_BEGINNING
from plexihub.services.trail.index import BLOCK, SHELF, shelf_name
from plexihub.services.trail.shape import MARK, mark, milliseconds, target_word, trace_key
from plexihub_sdk.errors import LimitExceededError

#: Of more actions, the index of words is not asked for each.
_ACTIONS_ASKED = 64
#: How far is counted where a sum does not tell.
COUNTED = 10_000
MOST_FACETS = 20
SECONDS = 10.0
_STEPS = 20_000
_SPOT = "SELECT record.seq, segment, offset, length FROM "


class Facets(NamedTuple):
    """How often the commonest outcomes, actions and actors occur among what fits."""

    outcome: dict[str, int]
    action: dict[str, int]
    actor: dict[str, int]


@dataclass(frozen=True, slots=True)
class Count:
    """How many records fit.

    Args:
        total: The number.
        exact: Whether there are no more: counting ends somewhere.
        facets: Of the newest, `COUNTED` at most.
    """

    total: int
    exact: bool
    facets: Facets


@dataclass(frozen=True, slots=True)
class _Shapes:
    """The shapes that fit; `ids` is None where every shape does."""

    ids: list[int] | None
    total: int
    last: int

    @property
    def as_json(self) -> str:
        return json.dumps(self.ids or [])


@dataclass(frozen=True, slots=True)
class _Plan:
    """What follows FROM, with its parameters; rows come in the order of `seq`, the newest first."""

    source: str
    where: list[str]
    values: list[Any]
    seq: str = "record.seq"

    def narrowed(self, condition: str, *values: Any) -> _Plan:
        """Add a condition."""
        return _Plan(self.source, [*self.where, condition], [*self.values, *values], self.seq)

    def sql(self, head: str, limit: int) -> tuple[str, list[Any]]:
        """Make the statement, with its parameters."""
        conditions = f" WHERE {' AND '.join(self.where)}" if self.where else ""
        order = f" ORDER BY {self.seq} DESC LIMIT ?"
        return f"{head}{self.source}{conditions}{order}", [*self.values, limit]


class Lookup:
    """Reads the index, from one thread.

    Args:
        path: The file.

    Raises:
        sqlite3.Error: It cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
        self._end = 0.0
        self._db.set_progress_handler(self._is_late, _STEPS)

    def _is_late(self) -> bool:
        return time.monotonic() > self._end

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            raise LimitExceededError(
                f"The search took longer than {SECONDS:g} seconds.",
                where="q",
                next="Ask for a longer word, a shorter time, or fewer filters.",
            ) from error

    def _begin(self) -> None:
        self._end = time.monotonic() + SECONDS

    def end(self) -> int:
        """Tell the number of the last record that is indexed."""
        self._begin()
        found: int = self._rows("SELECT seq FROM state")[0][0]
        return found

    def find(self, query: AuditQuery, *, to: int) -> list[Spot]:
        """Find at most `query.limit` records up to number `to`, the newest first.

        Raises:
            LimitExceededError: It takes too long.
        """
        self._begin()
        shapes = self._fitting(query)
        high = min(to + 1, query.before or to + 1, shapes.last + 1)
        found: list[Spot] = []
        for plan in self._plans(query, shapes, high, query.limit):
            rows = self._rows(*plan.sql(_SPOT, query.limit - len(found)))
            found += [Spot(*row) for row in rows]
            if len(found) >= query.limit:
                break
        return found

    def count(self, query: AuditQuery) -> Count:
        """Count what fits: all of it by sums where that is possible, else the newest.

        Raises:
            LimitExceededError: It takes too long.
        """
        self._begin()
        shapes = self._fitting(query)
        high = min(query.before or shapes.last + 1, shapes.last + 1)
        counts: Counter[int] = Counter()
        for plan in self._plans(query, shapes, high, COUNTED):
            sql, values = plan.sql("SELECT shape FROM ", COUNTED + 1 - counts.total())
            each = f"SELECT shape, count(*) FROM ({sql}) GROUP BY shape"  # noqa: S608 - own words
            counts.update(dict(self._rows(each, values)))
            if counts.total() > COUNTED:
                break
        seen, facets = counts.total(), self._facets(counts)
        if _is_summed(query):
            return Count(shapes.total, True, facets)
        return Count(min(seen, COUNTED), seen <= COUNTED, facets)

    def _fitting(self, query: AuditQuery) -> _Shapes:
        where, values = _shape_conditions(query)
        if not where:
            row = self._rows("SELECT coalesce(sum(count), 0), coalesce(max(last), 0) FROM shape")[0]
            return _Shapes(None, *row)
        rows = self._rows(
            f"SELECT id, count, last FROM shape WHERE count > 0 AND {' AND '.join(where)}",  # noqa: S608 - own words
            values,
        )
        total, last = sum(row[1] for row in rows), max((row[2] for row in rows), default=0)
        return _Shapes([row[0] for row in rows], total, last)

    def _plans(self, query: AuditQuery, shapes: _Shapes, high: int, limit: int) -> Iterator[_Plan]:
        low, high = self._window(query, high)
        if query.words or query.target_words:
            plans = self._by_words(query, shapes, low, high)
        elif query.trace:
            plan = _Plan("record INDEXED BY record_trace", ["trace = ?"], [trace_key(query.trace)])
            plans = iter([_of_shapes(plan, shapes)])
        else:
            plans = iter([_by_shape(shapes, is_rare=shapes.total**2 < limit * high)])
        for plan in plans:
            wanted = plan.narrowed(f"{plan.seq} > ? AND {plan.seq} < ?", low, high)
            for condition, moment in (("time >= ?", query.since), ("time < ?", query.until)):
                if moment:
                    wanted = wanted.narrowed(condition, milliseconds(moment))
            yield wanted

    def _by_words(self, query: AuditQuery, shapes: _Shapes, low: int, high: int) -> Iterator[_Plan]:
        """Ask one index of words after the other, the newest first."""
        actions = self._actions(query) if query.action else []
        match = _match(query, actions)
        for (number,) in self._rows("SELECT number FROM shelf ORDER BY number DESC"):
            if number * SHELF >= high or (number + 1) * SHELF <= low:
                continue
            name = shelf_name(number)
            source = f"{name} CROSS JOIN record ON record.seq = {name}.rowid"
            plan = _Plan(source, [f"{name} MATCH ?"], [match], f"{name}.rowid")
            if len(actions) > _ACTIONS_ASKED:
                plan = _of_shapes(plan, shapes)
            if query.trace:
                plan = plan.narrowed("record.trace = ?", trace_key(query.trace))
            yield plan

    def _actions(self, query: AuditQuery) -> list[str]:
        sql = "SELECT DISTINCT action FROM shape WHERE substr(action, 1, ?) = ? LIMIT ?"
        rows = self._rows(sql, (len(query.action), query.action, _ACTIONS_ASKED + 1))
        return [row[0] for row in rows]

    def _window(self, query: AuditQuery, high: int) -> tuple[int, int]:
        """Turn a span of time into one of numbers: clocks are set back, numbers are not."""
        low = query.after
        if query.since:
            first = self._rows(
                "SELECT min(number) FROM block WHERE last >= ?", (milliseconds(query.since),)
            )[0][0]
            low = high if first is None else max(low, first * BLOCK - 1)
        if query.until:
            last = self._rows(
                "SELECT max(number) FROM block WHERE first < ?", (milliseconds(query.until),)
            )[0][0]
            high = 0 if last is None else min(high, (last + 1) * BLOCK)
        return low, high

    def low(self, query: AuditQuery) -> int:
        """Tell a number above which everything is that fits."""
        self._begin()
        return self._window(query, self.end() + 1)[0]

    def at(self, seq: int) -> Spot | None:
        """Tell where the record of a number stands."""
        self._begin()
        rows = self._rows(f"{_SPOT}record WHERE seq = ?", (seq,))
        return Spot(*rows[0]) if rows else None

    def _facets(self, counts: Mapping[int, int]) -> Facets:
        found: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())
        wanted = (
            "SELECT id, outcome, action, actor FROM shape"
            " WHERE id IN (SELECT value FROM json_each(?))"
        )
        for number, *names in self._rows(wanted, (json.dumps(list(counts)),)):
            for counter, name in zip(found, names, strict=True):
                counter[name] += counts[number]
        return Facets(*(dict(one.most_common(MOST_FACETS)) for one in found))

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _is_summed(query: AuditQuery) -> bool:
    """Whether the counts of the shapes that fit tell how many records do."""
    words = query.words or query.target_words
    span = query.since or query.until or query.before or query.after
    return not (words or span or query.trace)


def _shape_conditions(query: AuditQuery) -> tuple[list[str], list[Any]]:
    where: list[str] = []
    values: list[Any] = []
    for column, name in (("who", query.actor), ("plugins", query.plugin)):
        if name:
            where.append(f"instr({column}, ?)")
            values.append(f"{MARK}{name}{MARK}")
    if query.action:
        where.append("substr(action, 1, ?) = ?")
        values.extend((len(query.action), query.action))
    if query.outcome:
        where.append("outcome = ?")
        values.append(query.outcome)
    return where, values


def _match(query: AuditQuery, actions: list[str]) -> str:
    """Write what is asked of an index of words."""
    wanted = [_word(word, word) for word in query.words]
    wanted += [_word(word, target_word(word)) for word in query.target_words]
    for field, value in (
        ("outcome", query.outcome),
        ("who", query.actor),
        ("plugin", query.plugin),
    ):
        if value:
            wanted.append(f'"{mark(field, value)}"')
    if query.action and len(actions) <= _ACTIONS_ASKED:
        either = [f'"{mark("action", one)}"' for one in actions or [query.action]]
        wanted.append(f"({' OR '.join(either)})")
    return " AND ".join(wanted)


def _word(word: str, kept: str) -> str:
    return f'"{kept}"*' if len(word) >= SHORTEST_BEGINNING else f'"{kept}"'


def _by_shape(shapes: _Shapes, *, is_rare: bool) -> _Plan:
    if shapes.ids is None:
        return _Plan("record", [], [])
    # To gather reads every record that fits; to walk, as many as lie between those wanted.
    way = "INDEXED BY record_shape" if is_rare else "NOT INDEXED"
    return _of_shapes(_Plan(f"record {way}", [], []), shapes)


def _of_shapes(plan: _Plan, shapes: _Shapes) -> _Plan:
    if shapes.ids is not None:
        return plan.narrowed("shape IN (SELECT value FROM json_each(?))", shapes.as_json)
    return plan
