"""`native-wasm`: WebAssembly modules."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import SUSPECT, Rule, Spot


def _check(file: File) -> Iterator[Spot]:
    if file.data.startswith(b"\0asm"):
        yield Spot(file.path, "This is compiled code (WebAssembly), which nobody can read.")


RULE = Rule(
    id="native-wasm",
    group="native",
    about="file",
    levels=SUSPECT,
    looks_for="WebAssembly modules, by the first bytes",
    next="Bring the source, or say in a README how it was made.",
    check=_check,
)
