"""Single keys of the terminal in which the command runs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def keys(press: Callable[[str], None]) -> Iterator[bool]:
    """Hear each key while the block runs; answers False where there is no terminal.

    Signals stay what they are, so Ctrl-C still ends the command.
    """
    if not sys.stdin.isatty() or os.tcgetpgrp(sys.stdin.fileno()) != os.getpgrp():
        yield False
        return
    loop, number = asyncio.get_running_loop(), sys.stdin.fileno()
    before = termios.tcgetattr(number)

    def hear() -> None:
        pressed = os.read(number, 64).decode(errors="ignore")
        if not pressed:  # the terminal is gone
            loop.remove_reader(number)
        for one in pressed:
            press(one)

    tty.setcbreak(number)
    loop.add_reader(number, hear)
    try:
        yield True
    finally:
        loop.remove_reader(number)
        termios.tcsetattr(number, termios.TCSADRAIN, before)
