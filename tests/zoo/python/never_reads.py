"""Sends requests and never reads what is answered."""

import contextlib
import json

posix = contextlib.__builtins__["__import__"]("posix")


def on_dashboard_load():
    for number in range(60):
        body = {"type": "request", "id": number, "call": 0, "method": "m", "params": {}}
        text = json.dumps(body).encode()
        posix.write(0, len(text).to_bytes(4, "big") + text)
    while True:
        pass
