"""What reads for a plugin: one contract, whatever the database.

The reader holds alone. It is handed SQL that may be anything, and answers rows that the person may
see, or raises: it does not count on the statement having been checked before.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plexihub_sdk.data import Readable

Value = str | int | float | None
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """How much one query may take.

    Args:
        cpu_seconds: Processor time of its thread.
        rows: In the answer.
        answer_bytes: Of the answer's texts.
        value_bytes: Of any text or row that is made on the way.
        sql_bytes: Of the statement.
        depth: Of nested expressions.
    """

    cpu_seconds: float = 2.0
    rows: int = 1000
    answer_bytes: int = 1024 * 1024
    value_bytes: int = 256 * 1024
    sql_bytes: int = 16 * 1024
    depth: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One query.

    Args:
        sql: Any text; `$n` stands for the value of that number.
        values: By their numbers, as text.
        readables: All that may be read.
        person: For whom; None where nobody is there, for whom no row is.
        deadline: Moment on the monotonic clock, in seconds.
        stop: Set where nobody waits for the answer any more.
    """

    sql: str
    values: Mapping[str, Value]
    readables: tuple[Readable, ...]
    person: str | None
    deadline: float
    stop: threading.Event = field(default_factory=threading.Event)


class Reader(ABC):
    """Reads rows; its methods block and are called in threads, several at one time."""

    @abstractmethod
    def read(self, order: Order) -> Rows:
        """Answer the rows of a query, each by column name.

        Raises:
            InputError: The statement is wrong.
            PermissionDenied: It reads what may not be read, or does anything but read.
            LimitExceededError: It takes too long, or answers too much.
        """

    @abstractmethod
    def close(self) -> None:
        """Close every connection."""
