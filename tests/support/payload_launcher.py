"""A launcher whose Python guests run what they are handed: the code of an attack, confined.

The hub's own launcher has no such kind: what a guest of it runs is `plexihub_sdk.guest`.
"""

from __future__ import annotations

import ctypes
import errno
import json
import mmap
import os
import resource
import select
import signal
import socket
import struct
import sys
import threading
import time

from plexihub.runtimes.process import zygote
from plexihub.runtimes.process.confine.plan import Order
from plexihub.runtimes.process.confine.syscalls import architecture

NUMBERS = dict(architecture().numbers)
MODULES = (ctypes, errno, json, mmap, os, resource, select, signal, socket, struct, sys, threading)
LIBC = ctypes.CDLL(None, use_errno=True)


def report(value: object) -> None:
    """Tell the test something, at any time; the last word counts."""
    os.write(0, json.dumps(value).encode() + b"\n")


def call(name: str, *arguments: object) -> dict[str, int]:
    """Make a system call by its name; numbers and bytes as arguments."""
    number = NUMBERS[name] if not name.isdigit() else int(name)
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    ctypes.set_errno(0)
    answer = LIBC.syscall(ctypes.c_long(number), *given)
    return {"answer": answer, "errno": ctypes.get_errno() if answer < 0 else 0}


def attempt(work: object, *arguments: object) -> str:
    """Name the error that something raises; `done` for none."""
    try:
        work(*arguments)  # type: ignore[operator] # whatever the attack is
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "?")
    except Exception as error:  # noqa: BLE001 - its name is the answer
        return type(error).__name__
    return "done"


def run(_order: Order, package: bytes) -> None:
    """Run the code of an attack."""
    names = {module.__name__: module for module in MODULES}
    tools = {"report": report, "call": call, "attempt": attempt, "time": time, **names}
    exec(compile(package, "attack", "exec"), tools)  # noqa: S102 - the point of it


def main() -> None:
    """Be the launcher."""
    zygote.main({"python": run, "deno": None})
