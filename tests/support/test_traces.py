"""The watch over leftovers notices each kind, and lets a clean test pass."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEADER = "import asyncio, os, subprocess, sys, threading, pytest\n"


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Give an empty project whose tests are watched, with little patience."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_PLUGINS", "tests.support.traces,tests.support.services")
    pytester.makeconftest(
        "import pytest\nimport tests.support.traces as traces\n"
        "traces.find_leftovers.__defaults__ = (0.2,)\ntraces.GRACE = 0.2\n"
        "@pytest.fixture(scope='session')\n"
        "def anyio_backend(): return 'asyncio', {'use_uvloop': True}\n"
    )
    return pytester


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("threading.Thread(target=threading.Event().wait, args=(3,)).start()", "*thread Thread-*"),
        (
            "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3)'])",
            "*child process *time.sleep(3)",
        ),
        ("[os.open('/dev/null', os.O_RDONLY) for _ in range(9)]", "*descriptor *: /dev/null"),
    ],
)
def test_leftover_fails_test(inner: pytest.Pytester, body: str, message: str) -> None:
    """What stays behind is named."""
    inner.makepyfile(f"{HEADER}def test_leaves():\n    test_leaves.kept = {body}\n")
    result = inner.runpytest_subprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([message])


def test_leftover_task_fails_test(inner: pytest.Pytester) -> None:
    """A task nobody stopped is named."""
    inner.makepyfile(
        f"{HEADER}@pytest.mark.anyio\nasync def test_leaves():\n"
        "    test_leaves.kept = asyncio.create_task(asyncio.sleep(9), name='forgotten')\n"
    )
    result = inner.runpytest_subprocess()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*Task *forgotten*"])


def test_clean_test_passes(inner: pytest.Pytester) -> None:
    """What ends within the grace, and what a wider fixture owns, is allowed."""
    inner.makepyfile(
        f"{HEADER}"
        "@pytest.fixture(scope='module')\ndef child():\n"
        "    child = subprocess.Popen(['sleep', '9'])\n    yield child\n"
        "    child.kill()\n    child.wait()\n"
        "@pytest.mark.anyio\nasync def test_clean(child):\n"
        "    asyncio.get_running_loop().run_in_executor(None, print, 'in a thread')\n"
        "    asyncio.create_task(asyncio.sleep(0.05))\n"
    )
    inner.runpytest_subprocess().assert_outcomes(passed=1)


@pytest.mark.parametrize(("demanded", "outcome"), [("", "skipped"), ("chromium", "errors")])
def test_missing_service(
    inner: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, demanded: str, outcome: str
) -> None:
    """A missing service skips the test, or fails it where the service is demanded."""
    monkeypatch.setenv("PLEXIHUB_TEST_REQUIRE", demanded)
    inner.makepyfile(
        "import pytest\nfrom tests.support import services\n"
        "services.SERVICES['chromium'] = lambda: 'gone'\n"
        "@pytest.mark.browser\ndef test_page(): pass\n"
    )
    result = inner.runpytest_subprocess("-rs")
    result.assert_outcomes(**{outcome: 1})
    result.stdout.fnmatch_lines(["*gone*"])
