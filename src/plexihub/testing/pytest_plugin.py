"""pytest with a hub in memory: the fixtures `hub` and `plugin`, and `async` tests that use them.

Everything that belongs to the hub is imported when a test asks for it: pytest loads this module in
every project of the environment.
"""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from plexihub.testing.place import FOLDER

if TYPE_CHECKING:
    from plexihub.testing import LoadedPlugin, MemoryHub

_MANIFEST = "plugin.json"
#: Of one test; the hub's own deadlines are far below.
TEST_SECONDS = 60.0
_RUNNER = pytest.StashKey[asyncio.Runner]()


@pytest.fixture
def hub(request: pytest.FixtureRequest) -> Iterator[MemoryHub]:
    """A hub in memory, fresh for each test."""
    from plexihub.testing import MemoryHub  # noqa: PLC0415 - see above
    from plexihub.testing.leave import leave  # noqa: PLC0415 - see above

    with asyncio.Runner() as runner:
        request.node.stash[_RUNNER] = runner
        made = MemoryHub()
        runner.run(made.__aenter__())
        try:
            yield made
            runner.run(leave(made))
        finally:
            runner.run(made.__aexit__())


@pytest.fixture
def plugin(request: pytest.FixtureRequest, hub: MemoryHub) -> LoadedPlugin:
    """The plugin under test, loaded in its real sandbox with everything it asks for."""
    runner: asyncio.Runner = request.node.stash[_RUNNER]
    return runner.run(hub.load(_folder(request.path)))


def _folder(test: Path) -> Path:
    if named := os.environ.get(FOLDER):
        return Path(named)
    for folder in test.parents:
        if (folder / _MANIFEST).is_file():
            return folder
    raise pytest.UsageError(f"No folder above {test} has a {_MANIFEST}: set {FOLDER}.")


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run an `async` test on the loop of its hub.

    Raises:
        TimeoutError: It takes longer than a minute.
    """
    runner = pyfuncitem.stash.get(_RUNNER, None)
    if runner is None or not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    given: dict[str, Any] = {name: pyfuncitem.funcargs[name] for name in names}
    runner.run(_in_time(pyfuncitem.obj, given))
    return True


async def _in_time(test: Any, given: dict[str, Any]) -> None:
    async with asyncio.timeout(TEST_SECONDS):
        await test(**given)
