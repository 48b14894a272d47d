"""Where in a guest's code it went wrong, read from the stack that it sent.

The stack is a stranger's text: it is shown, and nothing is decided by it.
"""

from __future__ import annotations

import re

#: `File "main.py", line 3, in helper`, or `at Object.hook (file:///…/main.ts:5:18)`.
_PYTHON = re.compile(r'^\s+File "([^"\n]{1,200})", line (\d{1,7})\b')
_V8 = re.compile(r"^\s+at .{0,500}?(file://[^\s()]{1,500}):(\d{1,7}):\d{1,7}\)?$")
#: Frames of the guest's own, which tell a plugin's author nothing.
_GUEST = re.compile(r"/guest-deno/|\(ext:|at async Promise\.all ")
#: The folder of an installed plugin, which its author knows by no such name.
_HOME = re.compile(r"file://[^\s()]*/plugins/[^/\s()]+/")
MAX_LINES = 40


def own_lines(stack: str) -> list[str]:
    """Keep the lines that are about the plugin's code, by its own names of the files."""
    kept = [line for line in stack.splitlines() if line.strip() and not _GUEST.search(line)]
    return [_HOME.sub("", line) for line in kept[-MAX_LINES:]]


def place(stack: str) -> str:
    """Name file and line where it was raised, such as `main.py:3`; empty where none is named."""
    lines = [line for line in stack.splitlines() if not _GUEST.search(line)]
    python = [found for line in lines if (found := _PYTHON.match(line))]
    if python:
        return f"{python[-1][1]}:{python[-1][2]}"  # the innermost is the last
    v8 = next((found for line in lines if (found := _V8.match(line))), None)
    if v8 is None:
        return ""
    inner = _HOME.sub("", v8[1])
    return f"{inner.rpartition('/')[2] if '://' in inner else inner}:{v8[2]}"
