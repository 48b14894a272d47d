"""`js-decoded-code`: code that is unpacked and run."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.script.tree import ScriptFile, argument

_RUN = ("eval", "Function", "setTimeout", "setInterval")
_UNPACK = frozenset({"atob", "decodeURIComponent", "unescape", "fromCharCode", "TextDecoder"})


def _check(source: ScriptFile) -> Iterator[Spot]:
    for _, call in source.calls(_RUN):
        given = call.field("arguments")
        names = {
            one.text()
            for kind in ("identifier", "property_identifier")
            for one in (given.find_all(kind=kind) if given is not None else ())
        }
        first = argument(call)
        is_function = first is not None and "function" in first.kind()
        if not is_function and names & _UNPACK:
            yield source.spot(call, "What is unpacked here is run as code.")


RULE = Rule(
    id="js-decoded-code",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`eval(atob(...))` and the like: hidden code",
    next="Write the code itself.",
    check=_check,
    never_allowed=True,
)
