"""The index of the audit log: one SQLite file, made from the segments and never the truth.

It knows where each record stands and by what it can be found. It may be deleted at any time: it is
made anew. What is answered from it is read from the segments (`lookup`).
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from plexihub.kernel.audit import Place
from plexihub.kernel.audit.follow import Placed
from plexihub.services.trail.shape import (
    Shape,
    milliseconds,
    shape_of,
    trace_key,
    words_to_keep,
)

#: Of the tables here; another number, and the file is made anew.
FORMAT = 1
#: So many neighbouring numbers share one note of their earliest and latest moment.
BLOCK = 1024
#: So many share one index of words. The newest come first, so a common word is soon answered;
#: and what the log keeps no longer is dropped as a whole.
SHELF = 65_536
_MOST_KNOWN = 50_000
_TABLES = """
CREATE TABLE state (
    id INTEGER PRIMARY KEY CHECK (id = 1), format INTEGER NOT NULL, seq INTEGER NOT NULL,
    hash TEXT NOT NULL, segment INTEGER NOT NULL, offset INTEGER NOT NULL);
CREATE TABLE shape (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, actor TEXT NOT NULL, who TEXT NOT NULL,
    plugins TEXT NOT NULL, action TEXT NOT NULL, outcome TEXT NOT NULL,
    count INTEGER NOT NULL, last INTEGER NOT NULL,
    UNIQUE (action, outcome, actor, kind, who, plugins));
CREATE TABLE record (
    seq INTEGER PRIMARY KEY, segment INTEGER NOT NULL, offset INTEGER NOT NULL,
    length INTEGER NOT NULL, time INTEGER NOT NULL, shape INTEGER NOT NULL,
    trace INTEGER NOT NULL);
CREATE INDEX record_shape ON record (shape);
CREATE INDEX record_trace ON record (trace);
CREATE TABLE block (number INTEGER PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE shelf (number INTEGER PRIMARY KEY);
INSERT INTO state VALUES (1, {format}, 0, '', 0, 0);
"""
_SHELF = """
CREATE VIRTUAL TABLE {name} USING fts5 (
    words, content='', detail=none, columnsize=0, prefix='3 4 5 6', tokenize="ascii tokenchars '_'")
"""


class Index:
    """Writes the index; one at a time, from one thread.

    Args:
        path: The file; it is made where it is missing.

    Raises:
        sqlite3.DatabaseError: It is damaged, or of another release.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._shapes: dict[Shape, int] = {}
        try:
            self._open(path)
        except BaseException:
            self._db.close()
            raise

    def _open(self, path: Path) -> None:
        path.chmod(0o600)
        self._db.execute("PRAGMA journal_mode = WAL")
        # A sudden death may lose the last of it, which is read again; it is never half written.
        self._db.execute("PRAGMA synchronous = NORMAL")
        if not self._db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            self._db.executescript(f"BEGIN;{_TABLES.format(format=FORMAT)}COMMIT;")
        found = self._db.execute("SELECT format FROM state").fetchone()
        if found != (FORMAT,):
            raise sqlite3.DatabaseError("the index is of another release")

    def shelves(self) -> list[int]:
        """List the indexes of words."""
        return [row[0] for row in self._db.execute("SELECT number FROM shelf ORDER BY number")]

    @property
    def place(self) -> Place:
        """How far the log is indexed."""
        row = self._db.execute("SELECT seq, segment, offset FROM state").fetchone()
        return Place(*row)

    @property
    def hash(self) -> str:
        """The hash of the last record that is indexed."""
        found: str = self._db.execute("SELECT hash FROM state").fetchone()[0]
        return found

    def add(self, found: Sequence[Placed], place: Place) -> None:
        """Take records in, all or none, and note how far that is."""
        try:
            self._add(found, place)
        except BaseException:
            self._shapes.clear()  # numbers of what was undone are given to others
            raise

    def _add(self, found: Sequence[Placed], place: Place) -> None:
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            shapes = [shape_of(one.record) for one in found]
            self._keep(found, self._count(shapes, found))
            self._keep_words(found, shapes)
            self._note_moments(found)
            self._db.execute(
                "UPDATE state SET seq = ?, segment = ?, offset = ?",
                (place.seq, place.segment, place.offset),
            )
            if found:
                self._db.execute("UPDATE state SET hash = ?", (found[-1].record.hash,))

    def _keep(self, found: Sequence[Placed], numbers: list[int]) -> None:
        rows = []
        for one, number in zip(found, numbers, strict=True):
            record, spot = one.record, one.spot
            moment, trace = milliseconds(record.time), trace_key(record.trace)
            rows.append((spot.seq, spot.segment, spot.offset, spot.length, moment, number, trace))
        self._db.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def _keep_words(self, found: Sequence[Placed], shapes: list[Shape]) -> None:
        rows: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        for one, shape in zip(found, shapes, strict=True):
            seq = one.spot.seq
            rows[seq // SHELF].append((seq, words_to_keep(one.record, shape)))
        for number, texts in rows.items():
            self._db.executemany(
                f"INSERT INTO {self._shelf(number)} (rowid, words) VALUES (?, ?)",  # noqa: S608 - a number
                texts,
            )

    def _shelf(self, number: int) -> str:
        name = shelf_name(number)
        if self._db.execute("INSERT OR IGNORE INTO shelf VALUES (?)", (number,)).rowcount:
            self._db.execute(_SHELF.format(name=name))
        return name

    def _count(self, shapes: list[Shape], found: Sequence[Placed]) -> list[int]:
        if len(self._shapes) > _MOST_KNOWN:
            self._shapes.clear()
        numbers = [self._shapes.get(shape) or self._number(shape) for shape in shapes]
        last = {number: one.spot.seq for number, one in zip(numbers, found, strict=True)}
        changes = [(count, last[number], number) for number, count in Counter(numbers).items()]
        self._db.executemany("UPDATE shape SET count = count + ?, last = ? WHERE id = ?", changes)
        return numbers

    def _number(self, shape: Shape) -> int:
        values = shape._asdict()
        self._db.execute(
            "INSERT OR IGNORE INTO shape VALUES"
            " (NULL, :kind, :actor, :who, :plugins, :action, :outcome, 0, 0)",
            values,
        )
        row = self._db.execute(
            "SELECT id FROM shape WHERE action = :action AND outcome = :outcome AND actor = :actor"
            " AND kind = :kind AND who = :who AND plugins = :plugins",
            values,
        ).fetchone()
        number: int = row[0]
        self._shapes[shape] = number
        return number

    def _note_moments(self, found: Sequence[Placed]) -> None:
        rows = [(one.spot.seq // BLOCK, milliseconds(one.record.time)) for one in found]
        self._db.executemany(
            "INSERT INTO block VALUES (?1, ?2, ?2) ON CONFLICT (number) DO UPDATE SET"
            " first = min(first, excluded.first), last = max(last, excluded.last)",
            rows,
        )

    def forget_before(self, seq: int, most: int) -> int:
        """Forget records that are no more in the log, at most so many, and tell how many."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            gone = self._db.execute(
                "SELECT seq, shape FROM record WHERE seq < ? ORDER BY seq LIMIT ?", (seq, most)
            ).fetchall()
            counts = Counter(shape for _, shape in gone)
            self._db.executemany(
                "UPDATE shape SET count = count - ? WHERE id = ?",
                [(count, number) for number, count in counts.items()],
            )
            if gone:
                self._db.execute("DELETE FROM record WHERE seq <= ?", (gone[-1][0],))
            self._db.execute("DELETE FROM block WHERE number < ?", (seq // BLOCK,))
            for number in self.shelves():
                if number < seq // SHELF:
                    self._db.execute(f"DROP TABLE {shelf_name(number)}")
                    self._db.execute("DELETE FROM shelf WHERE number = ?", (number,))
        return len(gone)

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def shelf_name(number: int) -> str:
    """Name the table of an index of words."""
    return f"word_{number:d}"


def remove(path: Path) -> None:
    """Delete an index with what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
