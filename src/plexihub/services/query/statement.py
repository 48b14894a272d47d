"""The first wall: reads a statement, and writes anew only what it understood.

What runs is made from the syntax tree, never the text that came: nothing that the parser and the
database would read differently gets through. The tree has to be one SELECT of known parts: a node,
a function, a table or a column that stands in no list is refused, and nothing is a list of what is
forbidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlglot import exp
from sqlglot.dialects.sqlite import SQLite
from sqlglot.errors import ParseError, SqlglotError
from sqlglot.parsers.sqlite import SQLiteParser
from sqlglot.tokenizer_core import Token, TokenType

from plexihub.services.query.errors import WHERE, denied
from plexihub.services.query.functions import (
    COLLATIONS,
    SQL_FUNCTIONS,
    TREE_FUNCTIONS,
    TREE_NODES,
    TYPES,
)
from plexihub.services.query.parameter import bound, number_of
from plexihub.services.query.port import ReadLimits, Value
from plexihub_sdk.data import Readable
from plexihub_sdk.errors import InputError, LimitExceededError

MOST_TOKENS = 2000
MOST_TABLES = 12
DEEPEST = 24
#: Steps of the parser for each token; a plain statement takes some twenty.
_STEPS = 400
#: Statements that were read and are remembered, of 16 KB each at most.
_KEPT = 256
_IDENTIFIER = re.compile(r"[A-Za-z_][\w ]{0,63}\Z", re.ASCII)
_OPENING = frozenset({TokenType.L_PAREN, TokenType.CASE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.END})
#: Arguments of nodes that change what the database does; any of them is refused.
_ODD = ("when", "version", "hints", "pivots", "sample", "changes", "rows_from", "indexed", "into")
_QUERIES = (exp.Select, exp.SetOperation, exp.Values)
_DIALECT = SQLite()


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that was read.

    Args:
        sql: What runs, with `$n` for values.
        values: By their numbers.
        tables: What it reads.
    """

    sql: str
    values: dict[str, Value]
    tables: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Made:
    sql: str
    used: frozenset[str]
    tables: frozenset[str]


class _Parser(SQLiteParser):
    """Gives up after a bounded number of steps, however much the grammar makes it try again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.steps_left = 0

    def _advance(self, times: int = 1) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise _too_much()
        super()._advance(times)


def read_statement(
    sql: str, given: Sequence[Any], readables: Sequence[Readable], limits: ReadLimits | None = None
) -> Statement:
    """Read a statement and its values.

    Takes some milliseconds for a long one, which is remembered: call it in a thread.

    Args:
        sql: As a plugin wrote it.
        given: The values of `$1`, `$2` and so on.
        readables: What may be read.
        limits: How long it may be.

    Raises:
        InputError: It is no SELECT that can be read, or the values do not fit.
        PermissionDenied: It reads or does what it may not.
        LimitExceededError: It is too long, too deep or too wide.
    """
    made = _made(sql, tuple(readables), (limits or ReadLimits()).sql_bytes)
    return Statement(made.sql, bound(made.used, given), made.tables)


@lru_cache(maxsize=_KEPT)
def _made(sql: str, readables: tuple[Readable, ...], most: int) -> _Made:
    """Read a statement without its values: a plugin sends the same ones again and again."""
    try:
        size = len(sql.encode())
    except UnicodeEncodeError:
        raise _unreadable({}) from None
    if size > most:
        raise LimitExceededError(f"A statement has {most} bytes at most.", where=WHERE)
    try:
        tree = _parsed(sql)
        used, tables = _checked(tree, {one.name: one for one in readables})
        written = tree.sql(
            dialect=_DIALECT, comments=False, normalize_functions="lower", copy=False
        )
    except RecursionError:
        raise _too_much() from None
    return _Made(written, frozenset(used), frozenset(tables))


def _parsed(sql: str) -> exp.Expr:
    try:
        found = _DIALECT.tokenize(sql)
        _check_size(found)
        parser = _Parser(dialect=_DIALECT)
        parser.steps_left = _STEPS * (len(found) + 10)
        trees = [tree for tree in parser.parse(found, sql) if tree is not None]
    except ParseError as error:
        raise _unreadable(error.errors[0] if error.errors else {}) from None
    except SqlglotError:
        raise _unreadable({}) from None
    if len(trees) != 1:
        raise InputError(
            f"A query is one statement, not {len(trees)}.", where=WHERE, next="Send one SELECT."
        )
    tree = trees[0]
    if not isinstance(tree, _QUERIES):
        raise denied("A query only reads.", "Send one SELECT.")
    return tree


def _check_size(found: Sequence[Token]) -> None:
    if len(found) > MOST_TOKENS:
        raise _too_much()
    depth = 0
    for token in found:
        depth += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        if depth > DEEPEST:
            raise _too_much()


def _checked(tree: exp.Expr, readables: dict[str, Readable]) -> tuple[set[str], set[str]]:
    """Look at every node; answer the parameters and the tables."""
    used: set[str] = set()
    tables: set[str] = set()
    named: set[str] = set()
    columns: set[str] = set()
    for node in tree.walk():
        _check_kind(node)
        if isinstance(node, exp.Table):
            tables.update(_table(node, readables))
        elif isinstance(node, exp.Column):
            number = _parameter(node)
            (columns.add(node.name.lower()) if number is None else used.add(number))
        elif isinstance(node, exp.Identifier) and not _is_parameter(node):
            _check_name(node)
        named.update(_named(node))
    if sum(1 for _ in tree.find_all(exp.Table)) > MOST_TABLES:
        raise _too_much()
    _check_columns(columns, named, [readables[name] for name in tables])
    return used, tables


def _check_kind(node: exp.Expr) -> None:
    kind = type(node).__name__
    if isinstance(node, exp.Anonymous):
        if str(node.this).lower() not in SQL_FUNCTIONS:
            raise _no_function(str(node.this))
    elif isinstance(node, exp.Collate):
        _one_of(COLLATIONS, node.expression.name, "collation")
    elif isinstance(node, exp.DataType):
        _one_of(TYPES, node.this.name if node.this else "", "type to cast to")
    elif isinstance(node, exp.With) and node.args.get("recursive"):
        raise _recursive()
    elif kind not in TREE_NODES and kind not in TREE_FUNCTIONS:
        raise _not_allowed(node)
    if any(node.args.get(name) for name in _ODD):
        raise denied("A query only reads.", "Only plain SELECT is allowed.")


def _table(node: exp.Table, readables: dict[str, Readable]) -> Iterator[str]:
    """Answer the readable that a table is; a name that WITH gave is none."""
    if not isinstance(node.this, exp.Identifier):
        raise denied("A query reads tables, no functions in their place.")
    if node.db or node.catalog:
        raise denied("A table has no schema before its name.", "Write its name alone.")
    name = node.name.lower()
    if _is_common(node, name):
        return
    if name not in readables:
        shown = f"{node.name[:63]!r}"
        names = ", ".join(readables) or "nothing"
        raise denied(f"There is no {shown} to be read here.", f"To be read: {names}.")
    # As it is written in the list, whatever the case it came in.
    node.this.set("this", name)
    yield name


def _is_common(node: exp.Table, name: str) -> bool:
    """Whether a name stands for a table that a WITH around it made."""
    inside: exp.Expr | None = node
    while inside is not None:
        with_ = inside.args.get("with_")
        for common in with_.expressions if with_ is not None else ():
            if common.alias.lower() == name:
                if _is_within(node, common):
                    raise _recursive()
                return True
        inside = inside.parent
    return False


def _is_within(node: exp.Expr, outer: exp.Expr) -> bool:
    around: exp.Expr | None = node
    while around is not None and around is not outer:
        around = around.parent
    return around is outer


def _is_parameter(node: exp.Identifier) -> bool:
    return not node.quoted and str(node.this).startswith("$") and type(node.parent) is exp.Column


def _parameter(node: exp.Column) -> str | None:
    if not isinstance(node.this, exp.Identifier) or not _is_parameter(node.this):
        return None
    if node.table:
        raise InputError("A value is no column of a table.", where=WHERE)
    return number_of(str(node.this.this))


def _check_name(node: exp.Identifier) -> None:
    name = str(node.this)
    if not _IDENTIFIER.match(name) or name.lower().startswith(("sqlite_", "pragma_", "plexihub_")):
        raise denied(f"{name[:63]!r} is no name that a query may have.")


def _named(node: exp.Expr) -> Iterator[str]:
    """Answer the names of columns that the statement makes itself."""
    if isinstance(node, exp.Alias):
        yield node.alias.lower()
    elif isinstance(node, exp.TableAlias):
        yield from (str(one.this).lower() for one in node.args.get("columns") or ())


def _check_columns(columns: set[str], named: set[str], read: Sequence[Readable]) -> None:
    there = {column.name for readable in read for column in readable.columns}
    for name in sorted(columns - named - there - {"*"}):
        raise InputError(
            f"There is no column {name[:63]!r}.",
            where=WHERE,
            next=f"Columns: {', '.join(sorted(there | named)) or 'none'}. Text stands in '…'.",
        )


def _one_of(allowed: frozenset[str], name: str, what: str) -> None:
    if name.lower() not in allowed:
        raise denied(
            f"{name[:40]!r} is no {what} for a query.", f"Use {', '.join(sorted(allowed))}."
        )


def _no_function(name: str) -> Exception:
    return denied(
        f"A query may not call {name[:63]!r}.", f"Functions: {', '.join(sorted(SQL_FUNCTIONS))}."
    )


def _not_allowed(node: exp.Expr) -> Exception:
    if isinstance(node, exp.Func):
        return _no_function(node.sql_name())
    return denied(f"A query has no {type(node).__name__}.", "Only plain SELECT is allowed.")


def _recursive() -> Exception:
    return denied("A query does not refer to itself.", "Do without WITH RECURSIVE.")


def _too_much() -> LimitExceededError:
    return LimitExceededError(
        "The statement is too long, too deep or has too many tables.",
        where=WHERE,
        next="Ask in several queries.",
    )


def _unreadable(told: dict[str, Any]) -> InputError:
    place = f" near {str(told['highlight'])[:40]!r}" if told.get("highlight") else ""
    line = f" in line {told['line']}" if told.get("line") else ""
    return InputError(
        f"The statement cannot be read{line}{place}.",
        where=WHERE,
        next="It is SQL as SQLite has it.",
    )
