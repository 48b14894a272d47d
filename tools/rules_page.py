"""The page of the rules that `plexihub plugin validate` judges by: `docs/plugin-guide/rules.md`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import get_args

from plexihub.marketplace.rules.registry import BY_ID
from plexihub.marketplace.rules.rule import PROFILES, Group, Rule

_TITLES: dict[str, str] = {
    "structure": "Structure",
    "manifest": "Manifest",
    "permissions": "Permissions",
    "malicious": "Hostile patterns",
    "secrets": "Secrets",
    "obfuscation": "Hidden code",
    "native": "Compiled code",
    "licence": "Licence",
    "compatibility": "Compatibility",
    "documentation": "Documentation",
    "policy": "Policy of the hub",
    "weakness": "Weak code",
}
_ORDER = {name: at for at, name in enumerate(get_args(Group))}

_HEAD = """# Rules

<!-- Written by `make generate` from the code; not edited by hand. -->

`plexihub plugin validate [PATH]` reads a plugin by these rules, without running it and without a
hub:

    plexihub plugin validate                            # the folder you are in
    plexihub plugin validate cheers.py --profile marketplace
    plexihub plugin validate . --format sarif -o findings.sarif

It exits with 0 where nothing blocks, with 1 where an error does, with 2 where it is used wrongly.
An installed plugin is named by its id. `--trusted` judges it as one that runs inside the hub.

Three profiles say what a finding counts. **author**: what is wrong, and what a published plugin
would lack. **installer**: what a hub refuses before it runs any of the code (an error), and what it
shows to whoever installs (a warning). **marketplace**: the strictest. A trusted plugin may do
everything by consent, so that the installer's errors are warnings there.

A comment on the line or on the line before allows a finding, with a reason that is shown to whoever
installs:

    // plexihub: allow js-charcode the alphabet of a cipher that people ask for
    # plexihub: allow py-thread only used by our tests

In the marketplace no comment silences a rule with a ●. Rules marked *sandboxed* say nothing about
trusted plugins; in a package's tests they count as warnings at most.
"""


def text() -> str:
    """Write the whole page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD
    rules = sorted(BY_ID.values(), key=lambda rule: (_ORDER[rule.group], rule.id))
    for group, members in groupby(rules, key=lambda rule: rule.group):
        yield f"## {_TITLES[group]}"
        yield ""
        yield f"| rule | looks for | what to do | {' | '.join(PROFILES)} |"
        yield "|---|---|---|---|---|---|"
        for rule in members:
            yield _row(rule)
        yield ""


def _row(rule: Rule) -> str:
    mark = " ●" if rule.never_allowed else ""
    only = f" *({rule.tiers[0]})*" if len(rule.tiers) == 1 else ""
    counts = " | ".join(rule.levels[profile] for profile in PROFILES)
    looks_for = rule.looks_for.replace("|", "\\|")
    return f"| `{rule.id}`{mark} | {looks_for}{only} | {rule.next} | {counts} |"
