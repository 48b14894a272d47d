"""Filters of system calls, run instruction by instruction as the kernel would."""

from __future__ import annotations

import errno
import struct

import pytest

from plexihub.runtimes.process.confine.bpf import ALLOW, KILL, Arg, When, assemble, refuse
from plexihub.runtimes.process.confine.filters import EXEC_DESCRIPTOR, program
from plexihub.runtimes.process.confine.syscalls import architecture

MACHINES = ("x86_64", "aarch64")
KINDS = ("python", "deno")
MOST_INSTRUCTIONS = 4096  # the kernel takes no more
THREAD = 0x3D0F00


def decide(code: bytes, arch: int, number: int, *given: int) -> int:
    """Answer what a filter says to a call."""
    arguments = [each & 0xFFFFFFFF_FFFFFFFF for each in (*given, *[0] * 6)[:6]]
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, arch, 0, *arguments)
    instructions = list(struct.iter_unpack("<HBBI", code))
    at = word = 0
    while True:
        operation, yes, no, value = instructions[at]
        at += 1
        if operation == 0x20:
            [word] = struct.unpack_from("<I", data, value)
        elif operation == 0x54:
            word &= value
        elif operation == 0x15:
            at += yes if word == value else no
        elif operation == 0x35:
            at += yes if word >= value else no
        else:
            assert operation == 0x06
            return int(value)


def ask(machine: str, kind: str, name: str, *given: int) -> int:
    """Answer what a runtime's filter says to a call by name, of process 1."""
    known = architecture(machine)
    return decide(program(kind, 1, machine), known.audit, known.numbers[name], *given)


EPERM = refuse(errno.EPERM)
CASES: list[tuple[str, str, tuple[int, ...], int]] = [
    ("python", "read", (), ALLOW),
    ("python", "openat", (), EPERM),
    ("deno", "openat", (), ALLOW),
    ("python", "mmap", (0, 4096, 3, 0x22), ALLOW),
    ("python", "mmap", (0, 4096, 7, 0x22), EPERM),
    ("python", "mmap", (0, 4096, 3, 0x21), EPERM),
    ("python", "mmap", (0, 4096, 3, 0x122), EPERM),
    ("deno", "mmap", (0, 4096, 7, 0x22), ALLOW),
    ("deno", "mmap", (0, 4096, 3, 0x01), ALLOW),
    ("deno", "mmap", (0, 4096, 3, 0x21), EPERM),
    ("deno", "mmap", (0, 4096, 3, 0x122), EPERM),
    ("python", "mprotect", (0, 4096, 5), EPERM),
    ("deno", "mprotect", (0, 4096, 5), ALLOW),
    ("deno", "clone", (THREAD,), ALLOW),
    ("deno", "clone", (THREAD | 1 << 32,), EPERM),
    ("deno", "clone", (THREAD | 0x10000000,), EPERM),
    ("deno", "clone", (17,), EPERM),
    ("deno", "clone3", (), refuse(errno.ENOSYS)),
    ("deno", "kill", (1, 9), ALLOW),
    ("deno", "kill", (2, 9), EPERM),
    ("deno", "kill", (-1, 9), EPERM),
    ("deno", "prlimit64", (0, 7, 0, 1), ALLOW),
    ("deno", "prlimit64", (0, 7, 1 << 40, 1), EPERM),
    ("deno", "prlimit64", (2, 7, 0, 1), EPERM),
    (
        "deno",
        "socketpair",
        (
            1,
            1 | 0x80000,
        ),
        ALLOW,
    ),
    ("deno", "socketpair", (1, 2), EPERM),
    ("deno", "socketpair", (2, 1), EPERM),
    ("deno", "ioctl", (0, 0x5421), ALLOW),
    ("deno", "ioctl", (0, 0x5412), refuse(errno.ENOTTY)),
    ("deno", "ioctl", (0, 1 << 32 | 0x5412), refuse(errno.ENOTTY)),
    ("deno", "execveat", (EXEC_DESCRIPTOR, 0, 0, 0, 0x1000), ALLOW),
    ("deno", "execveat", (EXEC_DESCRIPTOR, 0, 0, 0, 0), KILL),
    ("deno", "execveat", (5, 0, 0, 0, 0x1000), KILL),
    ("python", "execveat", (EXEC_DESCRIPTOR, 0, 0, 0, 0x1000), KILL),
    ("python", "execve", (), KILL),
    ("python", "ptrace", (), KILL),
    ("deno", "io_uring_setup", (), KILL),
]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("kind", "name", "given", "expected"), CASES)
def test_call_is_decided(
    machine: str, kind: str, name: str, given: tuple[int, ...], expected: int
) -> None:
    """The same call is answered alike on both architectures."""
    assert ask(machine, kind, name, *given) == expected


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_named_is_refused(machine: str, kind: str) -> None:
    """Numbers that nobody knows yet are refused, and those of other interfaces end the process."""
    known = architecture(machine)
    code = program(kind, 1, machine)
    named = set(known.numbers.values())
    assert {decide(code, known.audit, n) for n in set(range(1000)) - named} == {EPERM}
    for number in (0x40000000, 0x40000000 | known.numbers["read"], 0xFFFFFFFF):
        assert decide(code, known.audit, number) == KILL
    for other in {architecture(each).audit for each in MACHINES} - {known.audit} | {0x40000003}:
        assert decide(code, other, known.numbers["read"]) == KILL
    assert len(code) // 8 < MOST_INSTRUCTIONS


@pytest.mark.parametrize("kind", KINDS)
def test_own_number_may_be_any(kind: str) -> None:
    """Without a process name space, the only process it may signal is still itself."""
    known = architecture("x86_64")
    code = program(kind, 4711, "x86_64")
    assert decide(code, known.audit, known.numbers["kill"], 4711, 15) == ALLOW
    assert decide(code, known.audit, known.numbers["kill"], 1, 15) == EPERM


def test_conditions_of_a_group_all_count() -> None:
    """One alternative that holds is enough, and in it every condition is needed."""
    both = When(((Arg(0, 1), Arg(1, 2)), (Arg(0, 7),)), EPERM)
    code = assemble(5, {10: both, 11: ALLOW}, KILL)
    given = {(1, 2): ALLOW, (1, 3): EPERM, (2, 2): EPERM, (7, 9): ALLOW}
    for pair, expected in given.items():
        assert decide(code, 5, 10, *pair) == expected
    assert decide(code, 5, 11) == ALLOW
    assert decide(code, 5, 12) == KILL


def test_too_many_conditions_are_an_error() -> None:
    """A jump reaches 255 instructions: beyond it the filter would be another one."""
    many = When(tuple((Arg(0, n),) for n in range(100)), EPERM)
    with pytest.raises(ValueError, match="too many"):
        assemble(5, {10: many}, KILL)


def test_unknown_machine_is_named() -> None:
    """Nobody guesses at numbers."""
    with pytest.raises(OSError, match="riscv64"):
        program("deno", 1, "riscv64")
