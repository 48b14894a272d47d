"""From rules on system calls to the instructions that the kernel runs before each of them.

The form is that of seccomp: one structure (number, architecture, address, six arguments of 64
bits), read word by word. Little-endian machines only, which both architectures of the table are.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ALLOW = 0x7FFF0000
KILL = 0x80000000
_ERRNO = 0x00050000

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_IF_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_RETURN = 0x06

_NUMBER_AT, _ARCH_AT, _ARGUMENTS_AT = 0, 4, 16
_WORD = 0xFFFFFFFF
#: Numbers from here on are the x32 interface of x86-64: other semantics for the same calls.
_X32 = 0x40000000
_LONGEST_JUMP = 255

Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Arg:
    """A condition on one argument: `(argument & mask) == value`.

    Args:
        index: 0 to 5.
        value: What is left of it under the mask.
        mask: The bits that count; the lower 32 for what the kernel takes as an `int`.
    """

    index: int
    value: int
    mask: int = _WORD


@dataclass(frozen=True, slots=True)
class When:
    """Allow a call where one of the alternatives holds, each a group of conditions.

    Args:
        alternatives: Groups; all conditions of a group must hold.
        otherwise: What happens where none does.
    """

    alternatives: tuple[tuple[Arg, ...], ...]
    otherwise: int


def refuse(errno: int) -> int:
    """Answer the action that makes a call fail with an error number."""
    return _ERRNO | errno


def assemble(arch: int, rules: Mapping[int, int | When], default: int) -> bytes:
    """Build a filter.

    Args:
        arch: `AUDIT_ARCH_…` of this machine; calls of any other end the process.
        rules: Number of a call to an action, or to conditions. The first are the quickest.
        default: Action for every other call.

    Raises:
        ValueError: The conditions of one call are too many for one jump.
    """
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_IF_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, KILL),
    ]
    for call, rule in rules.items():
        block = _block(rule)
        if len(block) > _LONGEST_JUMP:
            raise ValueError(f"call {call} has too many conditions")
        code += [(_IF_EQUAL, 0, len(block), call), *block]
    code.append((_RETURN, 0, 0, default))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _block(rule: int | When) -> list[Instruction]:
    if isinstance(rule, int):
        return [(_RETURN, 0, 0, rule)]
    block: list[Instruction] = []
    for group in rule.alternatives:
        block += _group(group)
    return [*block, (_RETURN, 0, 0, rule.otherwise)]


def _group(conditions: Sequence[Arg]) -> list[Instruction]:
    """Write one alternative: falls through to the next where a condition does not hold."""
    words = [
        (_ARGUMENTS_AT + 8 * arg.index + 4 * half, (arg.value >> shift), (arg.mask >> shift))
        for arg in conditions
        for half, shift in ((0, 0), (1, 32))
        if (arg.mask >> shift) & _WORD
    ]
    code: list[Instruction] = []
    for at, (offset, value, mask) in enumerate(words):
        after = 3 * (len(words) - at - 1) + 1  # the rest of this group and its RETURN
        code += [
            (_LOAD, 0, 0, offset),
            (_AND, 0, 0, mask & _WORD),
            (_IF_EQUAL, 0, after, value & _WORD),
        ]
    return [*code, (_RETURN, 0, 0, ALLOW)]
