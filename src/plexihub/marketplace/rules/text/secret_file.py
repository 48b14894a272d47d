"""`secret-file`: files that hold somebody's keys by custom."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_NAMES = frozenset(
    [
        ".env",
        ".env.local",
        ".env.production",
        ".netrc",
        ".pypirc",
        ".npmrc",
        ".htpasswd",
        ".pgpass",
        "id_rsa",
        "id_dsa",
        "id_ecdsa",
        "id_ed25519",
        "credentials.json",
        "service-account.json",
        ".git-credentials",
        ".aws",
    ]
)
_ENDS = (".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".ovpn")


def _check(file: File) -> Iterator[Spot]:
    name = PurePosixPath(file.path).name.lower()
    if name in _NAMES or name.endswith(_ENDS):
        yield Spot(file.path, "A file of this name holds keys or passwords by custom.")


RULE = Rule(
    id="secret-file",
    group="secrets",
    about="file",
    levels=BLOCKED,
    looks_for="`.env`, `id_rsa`, `.npmrc`, key stores and the like",
    next="Remove it, and let people put theirs into the plugin's settings.",
    check=_check,
)
