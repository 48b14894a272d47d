"""`sensitive-path`: places where machines keep their secrets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot

_PLACES = re.compile(
    r"/etc/(?:passwd|shadow|sudoers)\b|\.ssh/(?:id_|authorized_keys|known_hosts)|"
    r"/proc/(?:self|\d+)/(?:environ|mem|maps|cmdline)|\.aws/credentials|\.docker/config\.json|"
    r"\.kube/config|/var/run/docker\.sock|/run/secrets/|169\.254\.169\.254|"
    r"metadata\.google\.internal|Login Data|wallet\.dat|\.bash_history|/dev/(?:mem|kmem|tcp/)"
)


def _check(file: File) -> Iterator[Spot]:
    if not file.is_code or file.is_test:
        return
    for number, line in enumerate(file.lines, 1):
        stripped = line.lstrip()
        if stripped.startswith(("#", "//", "*")):
            continue
        if found := _PLACES.search(line[:20_000]):
            said = f"{found[0]!r} is where machines keep what is secret."
            yield Spot(file.path, said, number, found.start() + 1)


RULE = Rule(
    id="sensitive-path",
    group="malicious",
    about="file",
    levels=BLOCKED,
    looks_for="`/etc/shadow`, `.ssh/id_...`, `/proc/self/environ`, metadata addresses of clouds",
    next="Remove it: a plugin has no business there.",
    check=_check,
)
