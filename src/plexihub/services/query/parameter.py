"""The values of a query: `$1` is the first one given, in whatever order and however often."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from typing import Any

from plexihub.services.query.errors import WHERE
from plexihub.services.query.port import Value
from plexihub_sdk.errors import InputError

MOST = 100
_NUMBER = re.compile(r"\$([1-9]\d{0,2})\Z")
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1


def number_of(name: str) -> str:
    """Read which value a parameter stands for.

    Raises:
        InputError: It is none of `$1` to `$100`.
    """
    found = _NUMBER.match(name)
    if found is None or int(found[1]) > MOST:
        raise InputError(
            f"{name[:20]!r} is no parameter.",
            where=WHERE,
            next=f"Values are $1 to ${MOST}, in the order in which they are given.",
        )
    return found[1]


def bound(used: Collection[str], given: Sequence[Any]) -> dict[str, Value]:
    """Match the values that were given with the numbers that the statement uses.

    Raises:
        InputError: One is missing, one is not used, or one is nothing that a database holds.
    """
    wanted = sorted(map(int, used))
    if wanted and wanted[-1] > len(given):
        raise InputError(
            f"${wanted[-1]} has no value: {len(given)} were given.",
            where=WHERE,
            next="Give as many values as the statement has numbers.",
        )
    unused = sorted(set(range(1, len(given) + 1)) - set(wanted))
    if unused:
        raise InputError(
            f"Value {unused[0]} is not used: there is no ${unused[0]} in the statement.",
            where=WHERE,
            next="Values are for $1, $2 and so on; in quotes they are text.",
        )
    return {str(at): _value(at, one) for at, one in enumerate(given, 1)}


def _value(at: int, value: Any) -> Value:
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int) and _SMALLEST <= value <= _LARGEST:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise InputError(
        f"The value of ${at} cannot be compared with anything.",
        where=WHERE,
        next="Give text, a number, true, false or null.",
    )
