"""Closes its pipe and goes on."""

import contextlib

posix = contextlib.__builtins__["__import__"]("posix")


def on_dashboard_load():
    posix.close(0)
    while True:
        pass
