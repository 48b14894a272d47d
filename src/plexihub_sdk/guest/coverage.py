"""Which lines of a plugin's own files ran, noted while the hub tests it.

Which lines there are is read by the hub from the files; this tells no more than where it has been.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

_Trace = Callable[[FrameType, str, Any], Any]


def note_lines(files: Iterable[str]) -> Callable[[], dict[str, list[int]]]:
    """Begin to note; answers what answers the lines that ran since, by file.

    Args:
        files: The plugin's own, by the names under which they are compiled.
    """
    ran: dict[str, set[int]] = {file: set() for file in files}
    traces = {file: _line_by_line(lines) for file, lines in ran.items()}

    def enter(frame: FrameType, event: str, argument: Any) -> Any:
        del event, argument
        return traces.get(frame.f_code.co_filename)

    sys.settrace(enter)
    return lambda: {file: sorted(lines) for file, lines in ran.items() if lines}


def _line_by_line(lines: set[int]) -> _Trace:
    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        del argument
        if event == "line":
            lines.add(frame.f_lineno)
        return trace

    return trace
