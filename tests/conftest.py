"""What every test stands on: the event loop, the services of the machine, and a clean leaving."""

import pytest

pytest_plugins = (
    "pytester",
    "tests.checklist.plugin",
    "tests.support.launcher",
    "tests.support.services",
    "tests.support.traces",
)


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Run asynchronous tests on the event loop that the hub runs on."""
    return "asyncio", {"use_uvloop": True}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what drives a browser last: its driver keeps a loop of its own in the main thread."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
