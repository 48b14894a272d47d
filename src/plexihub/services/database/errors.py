"""Says in the hub's own errors what the database complained of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

from plexihub.services.database.sqlite import violated_columns
from plexihub_sdk.errors import ConflictError, InputError, PlexiHubError

_UNIQUE_STATE = "23505"


class BusyError(PlexiHubError):
    """Somebody else kept the database too long."""

    code = "busy"


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn the database's errors into ours.

    Args:
        what: The model or statement, for the message.

    Raises:
        ConflictError: Another row has what must be unique, or a row refers to a missing one.
        InputError: The statement or a value is wrong.
        BusyError: The database is locked by another program.
    """
    try:
        yield
    except IntegrityError as error:
        raise _conflict(what, error) from error
    except DBAPIError as error:
        raise _refused(what, error) from error
    except StatementError as error:
        raise InputError(f"{what}: {error.orig or error}", where=what) from error


def _refused(what: str, error: DBAPIError) -> PlexiHubError:
    problem = str(error.orig)
    if "locked" in problem:
        return BusyError(
            "The database is locked by another program.", next="Try again, or close that program."
        )
    return InputError(f"{what}: {problem}", where=what)


def _conflict(what: str, error: IntegrityError) -> ConflictError:
    problem = str(error.orig)
    columns = violated_columns(problem)
    if columns is None and getattr(error.orig, "sqlstate", "") == _UNIQUE_STATE:
        columns = ["value"]
    if columns is not None:
        names = ", ".join(columns)
        other = "row" if what == "SQL" else what
        return ConflictError(
            f"Another {other} has the same {names}.", where=names, next="Choose another."
        )
    return ConflictError(f"{what}: {problem}.", where=what)
