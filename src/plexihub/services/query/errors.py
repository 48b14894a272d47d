"""Says in the hub's own errors what a database complained of, and nothing else.

A message of the database's may quote a value. Only those that speak of the statement alone are
passed on, in our words and with a name that was checked; all others become one sentence.
"""

from __future__ import annotations

import re

from plexihub_sdk.errors import InputError, LimitExceededError, PermissionDenied, PlexiHubError
from plexihub_sdk.permissions import DATA_READ

WHERE = "data.query"
_WORD = r"(?P<name>[A-Za-z_$][\w$.]{0,80})"
_WRONG: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), says)
    for pattern, says in (
        (rf"no such column: {_WORD}$", "There is no column {name!r}."),
        (rf"ambiguous column name: {_WORD}$", "Several tables have a column {name!r}."),
        (rf"no such table: {_WORD}$", "There is no {name!r} to be read."),
        (rf"no such function: {_WORD}$", "There is no function {name!r}."),
        (rf"wrong number of arguments to function {_WORD}\(\)$", "{name!r} takes other arguments."),
        (rf"misuse of (?:aggregate|window function)\b.*?{_WORD}\(\)$", "{name!r} cannot be here."),
        (rf'near "{_WORD}": syntax error$', "The statement is wrong near {name!r}."),
    )
)
_DENIED = ("not authorized", "prohibited", "readonly", "read-only")
_TOO_MUCH = (
    "interrupted",
    "too big",
    "too large",
    "too many",
    "too deep",
    "overflow",
    "too complex",
    "out of memory",
    "at most",
)


def denied(what: str, hint: str = "") -> PermissionDenied:
    """Make the refusal of what may not be read."""
    return PermissionDenied(DATA_READ, what, where=WHERE, next=hint)


def told(problem: str, secret: str) -> PlexiHubError:
    """Choose the error for what a database said.

    Args:
        problem: Its message.
        secret: What no error may contain.
    """
    if any(sign in problem for sign in _DENIED):
        return denied(
            "The statement does what a query may not.",
            "Only SELECT over what is listed as readable is allowed.",
        )
    for pattern, says in _WRONG:
        found = pattern.search(problem)
        if found is not None and secret not in found["name"]:
            return InputError(says.format(name=found["name"]), where=WHERE)
    if any(sign in problem for sign in _TOO_MUCH):
        return LimitExceededError(
            "The query takes too much: time, memory or size.",
            where=WHERE,
            next="Ask for less, with WHERE and LIMIT.",
        )
    return InputError(
        "The database cannot run the statement.",
        where=WHERE,
        next="Check its syntax, and that functions are given what they take.",
    )
