"""What hub and writer say to each other: packets over a socket pair, each whole or not at all.

From the hub: one byte for what is wanted, eight for the number of the packet, then what it is
about. Each gets one answer, which names the number, so that no answer is taken for another's.
"""

from __future__ import annotations

import msgspec

#: What is wanted: write these records (one a line), sign the log as it is now.
WRITE, SIGN = b"w", b"s"
NUMBER = 8
LARGEST = 400 * 1024
KEY_FROM_DESCRIPTOR = "fd:"


class Orders(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the writer is told when it starts.

    Args:
        folder: Of the log.
        key: File of the private key, or `fd:` and a number; beside the log where empty.
        witness: Where checkpoints are copied to; nowhere where empty.
        days: How long records are kept; 0 for ever.
        megabytes: How much is kept; 0 sets no bound.
        hold: Whether nothing may be let go.
        segment_bytes: About how large a segment becomes; 0 for the usual size.
    """

    folder: str
    key: str = ""
    witness: str = ""
    days: int = 0
    megabytes: int = 0
    hold: bool = False
    segment_bytes: int = 0


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the writer says.

    Args:
        number: Of the packet that it answers; 0 says that a writer has begun.
        seq: The last record of the log.
        hash: Its hash.
        found_seq: The last that a writer found when it began.
        found_hash: Its hash.
        error: Why it was not done; empty where it was.
        errno: What the system called it; 0 where the writer cannot begin at all.
        where: File or folder that the error is about.
        next: What to do about it.
        loss: What was missing when it began.
        trouble: What else somebody should hear.
    """

    number: int = 0
    seq: int = 0
    hash: str = ""
    found_seq: int = 0
    found_hash: str = ""
    error: str = ""
    errno: int = 0
    where: str = ""
    next: str = ""
    loss: str = ""
    trouble: str = ""


def packet(kind: bytes, number: int, body: bytes = b"") -> bytes:
    """Make a packet."""
    return kind + number.to_bytes(NUMBER, "big") + body
