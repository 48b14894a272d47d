"""A client in a process of its own, so that what it costs is not measured as the server's.

It reads one order a line (JSON: `port`, `path`, `headers`, `requests`, `connections`) and answers
each with the seconds that it took.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from typing import Any

SECONDS = 30.0


def fetch(order: dict[str, Any]) -> float:
    """Ask over connections that stay open, one request at a time on each; answer the seconds."""
    lines = "".join(f"{name}: {text}\r\n" for name, text in order["headers"].items())
    request = f"GET {order['path']} HTTP/1.1\r\nHost: hub\r\n{lines}\r\n".encode()
    where = "127.0.0.1", order["port"]
    lines_open = [socket.create_connection(where, SECONDS) for _ in range(order["connections"])]
    try:
        start = time.perf_counter()
        for _ in range(order["requests"] // len(lines_open)):
            for line in lines_open:
                line.sendall(request)
            for line in lines_open:
                _receive(line)
        return time.perf_counter() - start
    finally:
        for line in lines_open:
            line.close()


def _receive(line: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(line)
    head, _, body = data.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.partition(b"\r\n")[0].decode())
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += _more(line)


def _more(line: socket.socket) -> bytes:
    data = line.recv(65_536)
    if not data:
        raise RuntimeError("the server closed the connection")
    return data


if __name__ == "__main__":
    for text in sys.stdin:
        sys.stdout.write(f"{fetch(json.loads(text))}\n")
        sys.stdout.flush()
