"""Peers and floors of the sandbox: processes that echo, and processes that start, without walls."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

Echo = Callable[[Any], object]
_READ = 1024 * 1024
_NODE = (
    "let rest = '';"
    "process.stdin.setEncoding('utf8');"
    "process.stdin.on('data', (text) => {"
    "  const lines = (rest + text).split('\\n');"
    "  rest = lines.pop();"
    "  for (const line of lines) process.stdout.write(JSON.stringify(JSON.parse(line)) + '\\n');"
    "});"
)


@contextmanager
def ping_pong() -> Iterator[Echo]:
    """Give the floor: bytes to and fro over a bare socketpair; no frames, no JSON, no loop."""
    ours, theirs = socket.socketpair()
    if (pid := os.fork()) == 0:
        ours.close()
        while data := theirs.recv(_READ):
            theirs.sendall(data)
        os._exit(0)
    theirs.close()

    def echo(message: bytes) -> None:
        left = len(message)
        for start in range(0, left, _READ // 8):  # less than the two buffers hold
            part = message[start : start + _READ // 8]
            ours.sendall(part)
            missing = len(part)
            while missing:
                missing -= len(ours.recv(_READ))

    try:
        yield echo
    finally:
        ours.close()
        os.waitpid(pid, 0)


def _answer(line: Connection) -> None:
    while (value := line.recv()) is not None:
        line.send(value)


@contextmanager
def multiprocess() -> Iterator[Echo]:
    """Give `multiprocessing`: Python's own pipe between its processes, values pickled."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=_answer, args=(theirs,), daemon=True)
    child.start()

    def echo(value: object) -> object:
        ours.send(value)
        return ours.recv()

    try:
        yield echo
    finally:
        ours.send(None)
        child.join(10)
        ours.close()
        theirs.close()


@contextmanager
def node() -> Iterator[Echo | None]:
    """Give a Node.js child that reads and writes lines of JSON; None where there is no Node.js."""
    found = shutil.which("node")
    if found is None:
        yield None
        return
    pipe = subprocess.PIPE
    child = subprocess.Popen([found, "-e", _NODE], stdin=pipe, stdout=pipe)  # noqa: S603 - see above
    to, answers = child.stdin, child.stdout
    assert to is not None
    assert answers is not None

    def echo(value: object) -> object:
        to.write(json.dumps(value).encode() + b"\n")
        to.flush()
        return json.loads(answers.readline())

    try:
        yield echo
    finally:
        to.close()
        child.wait(10)
        answers.close()


def forked() -> float:
    """Fork, and wait for the child's first byte, in milliseconds."""
    begin = time.perf_counter()
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        os.write(write, b"1")
        os._exit(0)
    os.read(read, 1)
    taken = time.perf_counter() - begin
    os.waitpid(pid, 0)
    os.close(read)
    os.close(write)
    return taken * 1000


def python_started() -> float:
    """Start another Python that does nothing, in milliseconds."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return (time.perf_counter() - begin) * 1000
