"""The version of the plugin API, and the ranges of it that a manifest names.

A major version is another API; within it, a higher minor version only adds. `1` and `"^1.2"` mean
this major version, `">=1.2,<2"` says both ends.
"""

from __future__ import annotations

import re

API_VERSION = "1.0"
#: One or more conditions, such as `>=1.2,<2` or `^1.2`.
_ONE = r"(?:\^|~|==|=|>=|<=|>|<)?\s*(?:0|[1-9]\d{0,3})(?:\.(?:0|[1-9]\d{0,3})){0,2}"
RANGE = rf"^\s*{_ONE}(?:\s*,\s*{_ONE}|\s+{_ONE})*\s*$".replace(r"\d", "[0-9]").replace(r"\s", "[ ]")
_CONDITION = re.compile(r"(\^|~|==|=|>=|<=|>|<)?\s*(\d+)(?:\.(\d+))?(?:\.\d+)?", re.ASCII)
_RANGE = re.compile(RANGE.removesuffix("$") + r"\Z", re.ASCII)

Version = tuple[int, int]


def version_of(text: str) -> Version:
    """Read a version such as `1.2`."""
    major, _, minor = text.partition(".")
    return int(major), int(minor.partition(".")[0] or 0)


def is_range(wanted: object) -> bool:
    """Whether a value can stand in the manifest's `api`."""
    if isinstance(wanted, bool):
        return False
    if isinstance(wanted, int):
        return wanted >= 0
    return isinstance(wanted, str) and _RANGE.match(wanted) is not None


def admits(wanted: int | str, version: str = API_VERSION) -> bool:
    """Whether a range has room for a version of the API."""
    if isinstance(wanted, int):
        return version_of(version)[0] == wanted
    found = version_of(version)
    return all(
        _holds(operator, (int(major), int(minor or 0)), found, has_minor=minor is not None)
        for operator, major, minor in _conditions(wanted)
    )


def least_of(wanted: int | str) -> Version:
    """Answer the lowest version that a range has room for, as far as it says one."""
    if isinstance(wanted, int):
        return wanted, 0
    floors = [
        (int(major), int(minor or 0))
        for operator, major, minor in _conditions(wanted)
        if operator not in {"<", "<="}
    ]
    return max(floors, default=(0, 0))


def _conditions(wanted: str) -> list[tuple[str, str, str | None]]:
    return [(one[1] or "", one[2], one[3]) for one in _CONDITION.finditer(wanted)]


def _holds(operator: str, named: Version, found: Version, *, has_minor: bool) -> bool:
    if operator in {"", "=", "=="}:
        return found == named if has_minor else found[0] == named[0]
    if operator == "^":
        return found[0] == named[0] and found >= named
    if operator == "~":
        return found == named if has_minor else found[0] == named[0]
    return {
        ">=": found >= named,
        "<=": found <= named or (not has_minor and found[0] == named[0]),
        ">": found > named and (has_minor or found[0] > named[0]),
        "<": found < named,
    }[operator]
