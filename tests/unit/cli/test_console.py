"""The hub's log on standard error: written soon, in order, and never waited for."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator

import pytest

from plexihub.cli import console as console_module
from plexihub.cli.console import Console


class SlowStream(io.StringIO):
    """Nobody reads it until somebody does."""

    def __init__(self) -> None:
        super().__init__()
        self.is_read = threading.Event()

    def write(self, text: str) -> int:
        """Wait, and take it."""
        self.is_read.wait(10)
        return super().write(text)


@pytest.fixture
def stream() -> SlowStream:
    """Answer a stream that nobody reads yet."""
    return SlowStream()


@pytest.fixture
def handler(stream: SlowStream) -> Iterator[Console]:
    """Answer a console that writes to it."""
    handler = Console(stream)
    yield handler
    stream.is_read.set()
    handler.stop()


def _say(handler: Console, text: str, *arguments: object) -> None:
    handler.handle(logging.LogRecord("plexihub", logging.INFO, "", 0, text, arguments, None))


def test_lines_are_written_in_order(stream: SlowStream, handler: Console) -> None:
    """Whoever logs does not wait for who reads."""
    for number in range(100):
        _say(handler, "line %d", number)
    assert stream.getvalue() == ""
    stream.is_read.set()
    handler.stop()
    assert stream.getvalue().splitlines() == [f"line {number}" for number in range(100)]


def test_too_many_lines_are_counted(
    stream: SlowStream, handler: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits is bounded, and the log says what it left out."""
    monkeypatch.setattr(console_module, "MOST_WAITING", 3)
    for number in range(10):
        _say(handler, "line %d", number)
    stream.is_read.set()
    handler.stop()
    *lines, told = stream.getvalue().splitlines()
    assert lines == ["line 0", "line 1", "line 2"]
    assert told.startswith("WARNING 7 lines of the log were left out")


def test_a_line_after_the_end_is_written_at_once(stream: SlowStream, handler: Console) -> None:
    """The last words of a hub that ends are not lost."""
    stream.is_read.set()
    handler.stop()
    _say(handler, "the end")
    assert stream.getvalue() == "the end\n"
