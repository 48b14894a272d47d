"""How long a message takes beside five hostile plugins, against the same chat without them.

A hub of its own process, people who post over HTTP at an even rate and others who listen on
WebSockets; visitors call the hostile plugins all the while, and who was quarantined is let out. The
goal is the ratio: at most 1.5 times the chat's own.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path

from bench.case import Case
from tests.support.chat_load import ChatLoad, Round, chat_load
from tests.support.hub import running_hub

SECONDS = 8.0
ROUNDS = 5


async def _beside(load: ChatLoad) -> Round:
    async with load.hostile():
        return await load.chat(SECONDS)


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        hub = stack.enter_context(running_hub(folder / "data"))
        run = stack.enter_context(asyncio.Runner()).run
        inner = AsyncExitStack()
        load = run(inner.enter_async_context(chat_load(hub, folder / "sources")))
        stack.callback(lambda: run(inner.aclose()))

        def alone() -> float:
            return run(load.chat(SECONDS)).p99_ms

        def beside() -> float:
            return run(_beside(load)).p99_ms

        group = "chat message, p99"
        yield [
            Case(group=group, name="alone", sample=alone, unit="ms", baseline=True, rounds=ROUNDS),
            Case(
                group=group,
                name="beside five hostile plugins",
                sample=beside,
                unit="ms",
                rounds=ROUNDS,
                note="goal: ratio 1.5",
            ),
        ]
