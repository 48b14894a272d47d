"""Ends its own process in the middle of a call."""

import contextlib


def on_dashboard_load():
    contextlib.__builtins__["__import__"]("posix")._exit(0)
