"""Say which services of the machine a test needs, and what happens when one is missing.

A test names a service by a marker (``@pytest.mark.browser``, or
``@pytest.mark.requires("chromium")``) or by asking for its fixture. A missing service skips the
test with its reason; when ``PLEXIHUB_TEST_REQUIRE`` names the service (a list with commas, or
``all``), the test fails instead.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

REQUIRE_VARIABLE = "PLEXIHUB_TEST_REQUIRE"


def _missing_chromium() -> str | None:
    """Tell why no browser test can run, or nothing when it can."""
    if find_chromium() is None:
        return "no Chromium on this machine (Debian: apt-get install chromium)"
    return None


def find_chromium() -> Path | None:
    """Find the browser that the system's packages put on the path."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if (found := shutil.which(name)) is not None:
            return Path(found)
    return None


def _missing_npm() -> str | None:
    """Tell why `npm run` cannot be tried, or nothing where it can."""
    return None if shutil.which("npm") else "no npm on this machine (Debian: apt-get install npm)"


SERVICES: dict[str, Callable[[], str | None]] = {
    "chromium": _missing_chromium,
    "npm": _missing_npm,
}


def demand(service: str) -> None:
    """Go on if the machine has the service.

    Raises:
        pytest.skip.Exception: the service is missing.
        pytest.fail.Exception: it is missing and demanded, or no service has this name.
    """
    if service not in SERVICES:
        known = ", ".join(sorted(SERVICES))
        pytest.fail(f"requires({service!r}): no such service; known are: {known}", pytrace=False)
    reason = SERVICES[service]()
    if reason is None:
        return
    demanded = os.environ.get(REQUIRE_VARIABLE, "").split(",")
    if service in demanded or "all" in demanded:
        pytest.fail(f"{REQUIRE_VARIABLE} demands {service}: {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Hold each test to the services that its markers name."""
    needed = [str(name) for marker in item.iter_markers("requires") for name in marker.args]
    if item.get_closest_marker("browser") is not None:
        needed.append("chromium")
    for service in needed:
        demand(service)


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Give the path of the browser's program."""
    demand("chromium")
    found = find_chromium()
    assert found is not None
    return found
