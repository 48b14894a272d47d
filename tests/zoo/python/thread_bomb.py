"""Starts as many threads as it can."""

import contextlib

posix = contextlib.__builtins__["__import__"]("posix")
thread = contextlib.__builtins__["__import__"]("_thread")
real = getattr(thread, "start_new_thread")


def forever():
    while True:
        posix.sched_yield()


def on_dashboard_load():
    made = 0
    for _ in range(500):
        try:
            real(forever, ())
        except (OSError, RuntimeError):
            continue
        made += 1
    return {"made": made}
