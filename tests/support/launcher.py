"""One launcher for all tests of a run; each hub of the tests has its own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from plexihub.runtimes.process.launcher import Launcher


@cache
def shared_launcher() -> Launcher:
    """Give the launcher; it starts when it is first needed."""
    return Launcher()


@pytest.fixture(scope="session", autouse=True)
def end_launcher() -> Iterator[None]:
    """End the launcher, if there was one."""
    yield
    if shared_launcher.cache_info().currsize:
        shared_launcher().close()
        shared_launcher.cache_clear()
