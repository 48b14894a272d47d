"""What the parser's wall lets through is what was written, with the values in their places."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plexihub.services.query import read_statement
from plexihub.services.query.expansion import grows_too_much
from plexihub_sdk.data import Readable, ReadColumn
from plexihub_sdk.errors import InputError, LimitExceededError, PermissionDenied

NOTES = Readable(
    name="notes",
    doc="Notes.",
    table="notes",
    columns=(ReadColumn("id"), ReadColumn("text"), ReadColumn("size", "number"), ReadColumn("at")),
    where="1",
)
TAGS = Readable(
    name="tags",
    doc="Tags.",
    table="tags",
    columns=(ReadColumn("id"), ReadColumn("note_id"), ReadColumn("name")),
    where="1",
)
GOOD = (
    "SELECT * FROM notes",
    "SELECT n.*, t.name FROM notes n JOIN tags t ON t.note_id = n.id ORDER BY n.id, t.id",
    "SELECT text, size * 2 AS double FROM notes WHERE size > 1 AND text LIKE 'a%' OR size IS NULL",
    "SELECT count(*), sum(size), avg(size), total(size), group_concat(text, '; ') FROM notes",
    "SELECT name, count(DISTINCT note_id) AS n FROM tags GROUP BY name HAVING count(*) > 1",
    "SELECT id FROM notes WHERE id IN (SELECT note_id FROM tags WHERE name = 'x') ORDER BY id DESC",
    "SELECT id FROM notes n WHERE EXISTS (SELECT 1 FROM tags t WHERE t.note_id = n.id)",
    "SELECT id, row_number() OVER (PARTITION BY size ORDER BY id) AS r FROM notes ORDER BY id",
    "SELECT id, lag(size, 1, 0) OVER w AS before FROM notes WINDOW w AS (ORDER BY id)",
    "WITH big AS (SELECT * FROM notes WHERE size > 1), t AS (SELECT id AS i FROM big) "
    "SELECT count(*) FROM big, t",
    "SELECT id FROM notes UNION SELECT id FROM tags ORDER BY 1",
    "SELECT id FROM notes EXCEPT SELECT note_id FROM tags",
    "SELECT CASE WHEN size > 2 THEN 'big' WHEN size IS NULL THEN 'none' ELSE 'few' END FROM notes",
    "SELECT CASE size WHEN 1 THEN 'one' END AS word FROM notes",
    "SELECT strftime('%Y-%m', at), date(at, '+1 day'), datetime(at), julianday(at) FROM notes",
    "SELECT upper(text), lower(text), length(text), substr(text, 2, 3), trim(text) FROM notes",
    "SELECT replace(text, 'a', 'b'), instr(text, 'a') FROM notes",
    "SELECT coalesce(size, 0), nullif(size, 1) FROM notes",
    "SELECT max(size, 2), min(size, 2), abs(-size), round(size / 3.0, 2), -size, +size FROM notes",
    "SELECT text || '!' AS loud, size % 2, size & 1, ~size, size << 2 FROM notes",
    "SELECT json_extract('{\"a\": [1, 2]}', '$.a[1]') AS two, '{\"a\": 1}' ->> '$.a' AS one",
    "SELECT cast(size AS text), cast('3' AS integer), typeof(size) FROM notes",
    "SELECT * FROM (SELECT id AS x FROM notes) AS inner_notes WHERE x > '1'",
    "SELECT id FROM notes ORDER BY text COLLATE NOCASE, id LIMIT 2 OFFSET 1",
    "SELECT id FROM notes WHERE size NOT BETWEEN 2 AND 3 AND text NOT LIKE '%z%'",
    "SELECT id FROM notes WHERE (id, size) IN (SELECT id, size FROM notes)",
    "SELECT 'it''s', \"text\", [size], `id` FROM notes",
    "VALUES (1, 'a'), (2, 'b')",
    "SELECT id FROM Notes WHERE SIZE = 1;",
    "SELECT notes.id -- which\nFROM notes /* all */ LEFT JOIN tags ON tags.note_id = notes.id",
    "SELECT t.name FROM notes NATURAL JOIN tags t",
)


@pytest.fixture(scope="module")
def notes() -> Any:
    """Fill tables of the very names and columns that can be read."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE notes (id TEXT, text TEXT, size INTEGER, at TEXT)")
        connection.execute("CREATE TABLE tags (id TEXT, note_id TEXT, name TEXT)")
        for at in range(6):
            size = None if at == 3 else at
            row = (str(at), f"{'aAbz'[at % 4]} text ", size, f"2026-0{at + 1}-01 10:00:00")
            connection.execute("INSERT INTO notes VALUES (?, ?, ?, ?)", row)
            connection.execute(
                "INSERT INTO tags VALUES (?, ?, ?)", (str(at), str(at // 2), "xy"[at % 2])
            )
        yield connection


@pytest.mark.parametrize("sql", GOOD)
def test_what_is_read_answers_as_it_was_written(notes: sqlite3.Connection, sql: str) -> None:
    """The statement that is made anew has the rows of the one that came."""
    made = read_statement(sql, [], (NOTES, TAGS))
    assert notes.execute(made.sql, made.values).fetchall() == notes.execute(sql).fetchall()


@pytest.mark.checklist("A-28")
@given(
    st.lists(
        st.none()
        | st.booleans()
        | st.integers(-(2**63), 2**63 - 1)
        | st.text(max_size=20)
        | st.floats(allow_nan=False, allow_infinity=False),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_each_number_stands_for_its_own_value(values: list[Any], chance: random.Random) -> None:
    """Numbers in any order and any number of times; text is never read as SQL."""
    values = [
        one.encode(errors="replace").decode() if isinstance(one, str) else one for one in values
    ]
    order = [*range(1, len(values) + 1), *chance.choices(range(1, len(values) + 1), k=5)]
    chance.shuffle(order)
    sql = "SELECT " + ", ".join(f"${number} AS c{at}" for at, number in enumerate(order))
    made = read_statement(sql, values, ())
    with closing(sqlite3.connect(":memory:")) as connection:
        row = connection.execute(made.sql, made.values).fetchone()
    wanted = [values[number - 1] for number in order]
    assert list(row) == [int(one) if isinstance(one, bool) else one for one in wanted]


@pytest.mark.checklist("A-28")
@pytest.mark.parametrize(
    ("sql", "values", "says"),
    [
        ("SELECT $1, $3", ["a", "b"], "$3 has no value: 2 were given."),
        ("SELECT $1", [], "$1 has no value: 0 were given."),
        ("SELECT $1", ["a", "b"], "Value 2 is not used"),
        ("SELECT '$1'", ["a"], "Value 1 is not used"),
        ("SELECT $2", ["a", "b"], "Value 1 is not used"),
        ("SELECT $0", ["a"], "'$0' is no parameter."),
        ("SELECT $101", ["a"], "'$101' is no parameter."),
        ("SELECT $x", ["a"], "'$x' is no parameter."),
        ("SELECT notes.$1 FROM notes", ["a"], "no column of a table"),
        ("SELECT $1", [[1]], "$1 cannot be compared"),
        ("SELECT $1", [2**63], "$1 cannot be compared"),
        ("SELECT $1", [float("nan")], "$1 cannot be compared"),
        ("SELECT tex FROM notes", [], "no column 'tex'"),
        ("SELECT FROM WHERE", [], "cannot be read"),
        ("", [], "one statement, not 0"),
        ("SELECT 1; SELECT 2", [], "one statement, not 2"),
    ],
)
def test_wrong_statement_is_told_what_is_wrong(sql: str, values: list[Any], says: str) -> None:
    """Each error names the value or the place."""
    with pytest.raises(InputError) as refused:
        read_statement(sql, values, (NOTES,))
    assert says in refused.value.message


def test_refusal_lists_what_can_be_read() -> None:
    """Who misspells a name sees the names there are."""
    with pytest.raises(PermissionDenied) as refused:
        read_statement("SELECT * FROM note", [], (NOTES, TAGS))
    assert refused.value.next == "To be read: notes, tags."


@pytest.mark.parametrize("sql", ["SELECT " + "(" * 30 + "1" + ")" * 30, "SELECT 1" + ", 1" * 1200])
def test_deep_and_long_statements_are_refused_before_they_are_read(sql: str) -> None:
    """Counted by their tokens, so no grammar is tried on them."""
    with pytest.raises(LimitExceededError):
        read_statement(sql, [], (NOTES,))


@pytest.mark.parametrize(
    "sql",
    [
        "WITH a AS (SELECT 1 AS x), b AS (SELECT p.x FROM a p, a q) SELECT * FROM b",
        "SELECT a AS b FROM notes WINDOW w AS (ORDER BY id)",
    ],
)
def test_plain_expressions_may_grow(sql: str) -> None:
    """A few names used a few times are what people write."""
    assert not grows_too_much(sql)


@pytest.mark.parametrize("quote", ["{}", '"{}"', "[{}]", "`{}`", "'{}'"])
@pytest.mark.parametrize("between", [" AS ", " as/**/", " AS NOT MATERIALIZED ", "(x)AS--\n"])
def test_expressions_that_double_are_seen_however_they_are_written(
    quote: str, between: str
) -> None:
    """Quotes, comments and columns hide no name."""
    names = [quote.format(f"a{at}") for at in range(30)]
    rest = (f"{name}{between}(SELECT 1 FROM {old}, {old})" for old, name in pairwise(names))
    sql = f"WITH {names[0]} AS (SELECT 1 AS x), {', '.join(rest)} SELECT * FROM a29"
    assert grows_too_much(sql)
    assert grows_too_much("WITH a AS (SELECT $x(') ) SELECT '")
