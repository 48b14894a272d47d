"""Says much, then ends its own process in the middle of every call."""

import contextlib

posix = contextlib.__builtins__["__import__"]("posix")


def on_dashboard_load():
    for number in range(5_000):
        print("noise", number, "x" * 100)
    posix._exit(3)
