"""One call into a sandboxed plugin and back, beside peers that are not sandboxed.

The floor sends and receives as many bytes without frames, JSON or an event loop. Node.js and
`multiprocessing` do what a plugin system without walls would do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from time import process_time
from typing import Any

from bench.case import Case, awaited, each
from bench.guests import LANGUAGES, Guests, guests
from bench.peers import Echo, multiprocess, node, ping_pong
from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import PluginInstance
from plexihub.runtimes._liveness import cpu_seconds

AT_ONCE = 32
#: What is sent, as text of so many characters, and how often for one measurement.
SIZES = (("100 bytes", 89, 3000), ("10 KB", 10_000, 1000), ("1 MB", 1_000_000, 30))
GOALS = {"Python": (60.0, None, 1500.0), "Deno": (70.0, None, 1500.0)}


class _Caller:
    """Calls one plugin."""

    def __init__(self, found: Guests, plugin: PluginInstance) -> None:
        self.run = found.run.run
        self._plugin = plugin

    def processor_time(self, payload: Any, count: int) -> float:
        """Answer the microseconds a call that the hub and the plugin compute together."""
        before = self._computed()
        self.run(self.one_by_one(payload, count))
        return (self._computed() - before) / count * 1e6

    def _computed(self) -> float:
        return process_time() + cpu_seconds(self._plugin.stats().pid or 0)

    async def one_by_one(self, payload: Any, count: int, hook: str = "onDashboardLoad") -> None:
        """Call again when the answer is there."""
        ctx = CallContext()
        for _ in range(count):
            await self._plugin.call_hook(hook, payload, ctx)

    async def together(self, payload: Any, count: int) -> None:
        """Have so many calls under way at any time."""
        each_one = count // AT_ONCE
        await asyncio.gather(*(self.one_by_one(payload, each_one) for _ in range(AT_ONCE)))

    async def calling_back(self, payload: Any, count: int) -> None:
        """Have the plugin ask the gateway before it answers."""
        await self.one_by_one(payload, count, "onDataFetch")


def _floor(bounce: Echo, payload: dict[str, str], count: int) -> Callable[[], float]:
    return each(partial(bounce, b"x" * (len(payload["text"]) + 11)), count)


def _peers(floor: Echo, others: dict[str, Echo], number: int, goal_of: str) -> Iterator[Case]:
    what, length, count = SIZES[number]
    payload = {"text": "x" * length}
    yield Case(group=goal_of, name="bytes", sample=_floor(floor, payload, count), baseline=True)
    for name, echo in others.items():
        yield Case(group=goal_of, name=name, sample=each(partial(echo, payload), count), note=what)


def _ours(callers: dict[str, _Caller], number: int, group: str) -> Iterator[Case]:
    what, length, count = SIZES[number]
    payload = {"text": "x" * length}
    for language, caller in callers.items():
        yield Case(
            group=group,
            name=language,
            sample=awaited(caller.run, partial(caller.one_by_one, payload), count),
            goal=GOALS[language][number],
            note=what,
        )
        if number == 0:
            yield Case(
                group=group,
                name=f"{language}, calling back",
                sample=awaited(caller.run, partial(caller.calling_back, payload), count),
                note="the hook asks the gateway for something before it answers",
            )


def _at_once(callers: dict[str, _Caller]) -> Iterator[Case]:
    for number, goal in ((0, 1e6 / 60_000), (1, None)):
        what, length, count = SIZES[number]
        payload, times = {"text": "x" * length}, count * 4 // AT_ONCE * AT_ONCE
        for language, caller in callers.items():
            yield Case(
                group=f"{AT_ONCE} round trips at once, {what}, each",
                name=language,
                sample=awaited(caller.run, partial(caller.together, payload), times),
                goal=goal,
            )


def _processor_time(callers: dict[str, _Caller]) -> Iterator[Case]:
    for what, length, count in SIZES:
        payload = {"text": "x" * length}
        for language, caller in callers.items():
            yield Case(
                group=f"round trip, {what} both ways, processor time",
                name=language,
                sample=partial(caller.processor_time, payload, count),
                note="hub and plugin together",
            )


@contextmanager
def cases() -> Iterator[list[Case]]:
    """Yield the cases."""
    with ExitStack() as stack:
        floor = stack.enter_context(ping_pong())
        others = {"multiprocessing": stack.enter_context(multiprocess())}
        if (found := stack.enter_context(node())) is not None:
            others["Node.js child"] = found
        callers = {}
        for language in LANGUAGES:
            made = stack.enter_context(guests(language))
            plugin = made.start()
            stack.callback(made.stop, plugin)
            callers[language] = _Caller(made, plugin)
        yield [
            *(
                case
                for number, (what, _, _) in enumerate(SIZES)
                for case in (
                    *_peers(floor, others, number, f"round trip, {what} both ways"),
                    *_ours(callers, number, f"round trip, {what} both ways"),
                )
            ),
            *_at_once(callers),
            *_processor_time(callers),
        ]
