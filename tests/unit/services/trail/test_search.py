"""What the index finds is what reading every record finds."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plexihub.kernel.audit import AuditQuery, AuditRecord
from plexihub.services.trail.lookup import COUNTED, Lookup
from plexihub.services.trail.search import StrayIndexError, count, get, search
from tests.unit.services.trail.conftest import RECORDS

MOMENTS = [f"2026-01-01T00:{minute:02}:00.000Z" for minute in range(0, 34, 3)]
FILTERS: dict[str, list[Any]] = {
    "plugin": ["plugin-3", "plugin-17", "nobody"],
    "actor": ["person7", "person11", "Plugin 3", "00000007-person", "core", "nobody"],
    "action": ["gateway.", "plugin.execution", "user", "audit.open", "x"],
    "outcome": ["ok", "denied", "failed", "timeout", "crashed", "vetoed"],
    "target": ["network", "data.query", "HOOK", "person7", "q"],
    "text": ["weather", "weath", "item-47", "granted permission", "PLUGIN", "3", "zebra", "s 5"],
    "since": MOMENTS,
    "until": MOMENTS,
    "before": [1, 2, 500, 10_000, RECORDS - 499, RECORDS, RECORDS + 1],
    "after": [0, 7000, RECORDS - 501, RECORDS],
}
queries = st.fixed_dictionaries(
    {"limit": st.sampled_from([1, 7, 50, 1000])},
    optional={name: st.sampled_from(values) for name, values in FILTERS.items()},
).map(lambda given: AuditQuery(**given))  # type: ignore[arg-type]


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=queries)
def test_index_finds_what_reading_finds(
    folder: Path, records: list[AuditRecord], index: Path, query: AuditQuery
) -> None:
    """For any filters, the same records in the same order, and the same number of them."""
    wanted = [one for one in records if query.accepts(one)]
    with closing(Lookup(index)) as lookup:
        found = search(folder, lookup, query)
        total = count(folder, lookup, query)
    assert [one.seq for one in found.records] == [one.seq for one in wanted[: query.limit]]
    assert (found.altered, found.complete) == ((), True)
    every = replace(query, before=None)
    fitting = [one for one in records if every.accepts(one)]
    assert total is not None
    if total.exact:
        assert total.count == len(fitting)
    else:
        assert total.count >= COUNTED < len(fitting)
    if len(fitting) <= COUNTED:
        assert total.facets["outcome"] == Counter(one.outcome for one in fitting)


def test_pages_meet_every_record_once(
    folder: Path, records: list[AuditRecord], index: Path
) -> None:
    """From page to page nothing is left out and nothing comes twice, across index and tail."""
    query, found = AuditQuery(limit=300, plugin="plugin-3"), list[int]()
    with closing(Lookup(index)) as lookup:
        while True:
            page = search(folder, lookup, query)
            found += [one.seq for one in page.records]
            if page.next is None:
                break
            query = replace(query, before=page.next)
    assert found == [one.seq for one in records if replace(query, before=None).accepts(one)]


def test_one_trace_is_found(folder: Path, records: list[AuditRecord], index: Path) -> None:
    """All records of a journey and no others."""
    trace = records[9000].trace
    with closing(Lookup(index)) as lookup:
        found = search(folder, lookup, AuditQuery(trace=trace)).records
    assert found == [one for one in records if one.trace == trace]


@pytest.mark.parametrize("seq", [1, 6000, 6001, RECORDS - 3])
def test_one_record_is_found(
    folder: Path, records: list[AuditRecord], index: Path, seq: int
) -> None:
    """By its number, indexed or not, with or without an index."""
    with closing(Lookup(index)) as lookup:
        assert get(folder, lookup, seq) == (records[RECORDS - seq], True)
    assert get(folder, None, seq) == (records[RECORDS - seq], True)


def test_no_record_of_a_number(folder: Path, index: Path) -> None:
    """What is not there is not found."""
    with closing(Lookup(index)) as lookup:
        assert get(folder, lookup, RECORDS + 1) is None


def test_index_of_other_segments_is_noticed(folder: Path, index: Path, tmp_path: Path) -> None:
    """A place at which another record stands is never answered as the one sought."""
    path = tmp_path / "index.db"
    path.write_bytes(index.read_bytes())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE record SET offset = offset + 3")
    with closing(Lookup(path)) as lookup, pytest.raises(StrayIndexError):
        search(folder, lookup, AuditQuery(before=9000))


def test_forged_index_gives_no_false_record(folder: Path, index: Path, tmp_path: Path) -> None:
    """Who rewrites the index may hide a record from it, but makes none fit that does not."""
    path = tmp_path / "index.db"
    path.write_bytes(index.read_bytes())
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE shape SET who = char(31) || 'mallory' || char(31) || id")
    with closing(Lookup(path)) as lookup:
        found = search(folder, lookup, AuditQuery(actor="mallory", before=9000))
    assert found.records == []


@pytest.mark.parametrize("field", ["text", "target", "actor", "action", "plugin", "trace"])
@pytest.mark.parametrize(
    "text", ['" OR 1=1 --', "'; DROP TABLE record; --", 'a"*', "\x00", "_o_", "NEAR(a b)", "\x1f"]
)
def test_no_text_is_a_query_of_the_index(
    folder: Path, records: list[AuditRecord], index: Path, field: str, text: str
) -> None:
    """Whatever is searched for is words or a name, never part of what the index is asked."""
    query = AuditQuery(**{field: text})  # type: ignore[arg-type]
    with closing(Lookup(index)) as lookup:
        found = search(folder, lookup, query).records
        count(folder, lookup, query)
    assert found == [one for one in records if query.accepts(one)][:50]
