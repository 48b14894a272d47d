"""What a process uses, read from `/proc`, and how its end reads to a person."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from plexihub.kernel.ports import InstanceStats

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGESIZE")
_MIB = 1024 * 1024
# Fields of /proc/PID/stat counted from behind the program's name, which may contain spaces.
_UTIME, _STIME = 11, 12
#: Of `clock_gettime`: what the scheduler counted, over all threads.
_CPUCLOCK_SCHED = 2
_HELD = (b"RssAnon:", b"RssShmem:", b"VmSwap:")
_STATUS_BYTES = 16 * 1024
#: How an engine gives up when it gets no more memory.
_ENGINE_SIGNALS = {signal.SIGABRT, signal.SIGTRAP, signal.SIGILL}


def measure(pid: int) -> InstanceStats:
    """Measure a process now; without numbers where it is no more."""
    try:
        return InstanceStats(pid=pid, memory_mb=private_mb(pid), cpu_seconds=cpu_seconds(pid))
    except (OSError, ValueError, IndexError):
        return InstanceStats(pid=pid)


def private_mb(pid: int) -> float:
    """Answer the resident memory that no file and no other process shares, in MiB.

    Raises:
        OSError: There is no such process.
    """
    # statm costs 15 µs where smaps_rollup walks every page (1 ms and more).
    with open(f"/proc/{pid}/statm", "rb", buffering=0) as statm:  # noqa: PTH123 - half the time
        _size, resident, shared = statm.read(_STATUS_BYTES).split()[:3]
    return (int(resident) - int(shared)) * _PAGE / _MIB


def mapped_bytes(pid: int) -> int:
    """Answer the private writable memory that a process has mapped, used or not.

    Raises:
        OSError: There is no such process.
    """
    for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)


def held_mb(pid: int) -> float:
    """Answer the memory that a process really holds and no file stands behind, in MiB.

    Private pages, shared ones without a file, and what of them was swapped out.

    Raises:
        OSError: There is no such process.
    """
    found = 0
    with open(f"/proc/{pid}/status", "rb", buffering=0) as status:  # noqa: PTH123 - half the time
        for line in status.read(_STATUS_BYTES).split(b"\n"):
            if line.startswith(_HELD):
                found += int(line.split()[1])
    return found / 1024


def cpu_seconds(pid: int) -> float:
    """Answer the processor time that a process has used, with all its threads.

    Raises:
        OSError: There is no such process.
    """
    # The clock of a process costs 1 µs and is exact; /proc costs 20 and counts whole ticks.
    try:
        return time.clock_gettime(~pid << 3 | _CPUCLOCK_SCHED)
    except OSError:
        return _cpu_ticks(pid)


def _cpu_ticks(pid: int) -> float:
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    fields = text.rpartition(")")[2].split()
    return (int(fields[_UTIME]) + int(fields[_STIME])) / _TICKS


def explain_exit(status: int, stderr: str) -> str:
    """Say how a process ended that nobody stopped, with the last thing it complained of."""
    if status < 0:
        how = f"was ended by {_signal_name(-status)}"
    elif status == 0:
        how = "ended of its own accord"
    else:
        how = f"ended with exit code {status}"
    told = _last_words(stderr)
    if not told and -status in _ENGINE_SIGNALS:
        told = "most likely it was out of memory"
    return f"{how}: {told}" if told else how


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _last_words(stderr: str) -> str:
    """Find the line that names the trouble; V8 prints pages of frames behind it."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip(" #\t")]
    named = [line for line in lines if "rror" in line or "atal" in line]
    return (named or lines or [""])[0][:300]
