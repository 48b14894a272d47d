"""`python -m plexihub.runtimes.scribe ORDERS`: the keeper, which starts the writer and stays.

The keeper reads the key, makes itself unreadable for other processes of its user, and forks the
writer; when that dies it forks another at once. It has no other work, so little can befall it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
from collections import deque

import msgspec

from plexihub.kernel.audit.signing import Signer, own_signer, read_signer
from plexihub.runtimes.scribe.wire import KEY_FROM_DESCRIPTOR, Answer, Orders
from plexihub.runtimes.scribe.work import DONE, Signing, work
from plexihub_sdk.errors import StartupError

_PR_SET_DUMPABLE = 4
_MOST_DEATHS = 5
_WITHIN_SECONDS = 10.0


def main() -> int:
    """Keep a writer alive until it ends well."""
    orders = msgspec.json.decode(sys.argv[1].encode(), type=Orders)
    hide()
    pipe = socket.socket(fileno=os.dup(0))
    # What a packet of the hub is read from must not be what a stray `print` goes to.
    os.dup2(2, 1)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        signing = _signing(orders.key)
    except (StartupError, OSError) as error:
        pipe.send(msgspec.json.encode(_refused(error, orders)))
        return DONE
    return _keep(orders, pipe, signing)


def hide() -> None:
    """Keep every process of the same user from reading this one's memory, or tracing it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        sys.exit(f"prctl failed: {os.strerror(ctypes.get_errno())}")


def _signing(key: str) -> Signing:
    if not key:
        return own_signer
    signer: Signer | None = None
    if key.startswith(KEY_FROM_DESCRIPTOR):
        with open(int(key.removeprefix(KEY_FROM_DESCRIPTOR)), "rb") as file:  # noqa: PTH123
            signer = read_signer(file.read(), key)
    elif key != "-":  # the key was given to a keeper that is no more
        with open(key, "rb") as file:  # noqa: PTH123 - a descriptor above, a path here
            signer = read_signer(file.read(), key)
    return lambda _folder: signer


def _refused(error: StartupError | OSError, orders: Orders) -> Answer:
    if isinstance(error, StartupError):
        return Answer(error=error.message, where=error.where, next=error.next)
    text = f"The key of the audit log cannot be read: {error.strerror}."
    return Answer(error=text, where=orders.key, next="See the setting audit.key.")


def _keep(orders: Orders, pipe: socket.socket, signing: Signing) -> int:
    deaths: deque[float] = deque(maxlen=_MOST_DEATHS)
    while True:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                hide()
                status = work(orders, pipe, signing, is_again=bool(deaths))
            finally:
                os._exit(status)
        _, ended = os.waitpid(pid, 0)
        if os.waitstatus_to_exitcode(ended) == DONE:
            return DONE
        deaths.append(time.monotonic())
        if len(deaths) == _MOST_DEATHS and deaths[-1] - deaths[0] < _WITHIN_SECONDS:
            return 1


if __name__ == "__main__":
    sys.exit(main())
