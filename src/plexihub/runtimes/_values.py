"""What a guest's message would become: counted in its text, before anything is made of it.

Two bytes of `{}` become an object of the hub's. So a message has values up to a bound, and one that
is held costs what stands in memory, not only its bytes.
"""

from __future__ import annotations

import re

from plexihub_sdk.errors import ProtocolError

#: Values in one message; to read as many takes some 15 ms.
MAX_VALUES = 100_000
#: What a value costs beside its text, in bytes.
VALUE_COST = 32

#: As many commas outside of texts, found without going back.
_TOO_MANY = re.compile(
    rb'(?:(?:[^",]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+,){%d}+' % MAX_VALUES, re.DOTALL
)


def price(body: bytes) -> int:
    """Answer what a message costs while it is held, in bytes.

    Args:
        body: Its JSON text.

    Raises:
        ProtocolError: It has more values than a message may.
    """
    commas = body.count(b",")
    if commas >= MAX_VALUES and _TOO_MANY.match(body):
        raise ProtocolError(f"It sent a message of more than {MAX_VALUES:,} values.")
    return len(body) + commas * VALUE_COST
