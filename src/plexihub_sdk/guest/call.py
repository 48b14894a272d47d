"""What is known of the call in which plugin code runs, through every `await` and timer."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True, eq=False)
class Call:
    """One call of the hub's.

    Args:
        id: Its number.
        user: The person for whom it is made; None where there is none.
        trace: Joins the records of one journey.
    """

    id: int
    user: str | None
    trace: str
    is_cancelled: bool = False
    task: asyncio.Task[None] | None = None
    #: What its plain handler waits for now.
    awaited: asyncio.Future[object] | None = None


#: The call in which code runs; None outside of one.
running: ContextVar[Call | None] = ContextVar("plexihub_guest_call", default=None)
