"""What every test stands on: the event loop, the services of the machine, and a clean leaving."""

import pytest

pytest_plugins = (
    "pytester",
    "tests.checklist.plugin",
    "tests.support.services",
    "tests.support.traces",
)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Run asynchronous tests on the event loop that the hub runs on."""
    return "asyncio", {"use_uvloop": True}
