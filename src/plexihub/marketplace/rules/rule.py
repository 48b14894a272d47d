"""What a rule is, and how much each of its findings counts for whom.

A rule reads and never runs what it reads. It yields places; the profile says what they count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Level = Literal["error", "warning", "note", "off"]
#: Who judges: the author at home, the hub before it installs, the marketplace before it lists.
Profile = Literal["author", "installer", "marketplace"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
Group = Literal[
    "structure", "manifest", "permissions", "malicious", "secrets", "obfuscation", "native",
    "licence", "compatibility", "documentation", "policy", "weakness",
]  # fmt: skip
#: What a rule is handed: the package, or its files one by one, parsed where it is about code.
Subject = Literal["package", "file", "python", "script"]
Levels = Mapping[Profile, Level]


def levels(author: Level, installer: Level, marketplace: Level) -> Levels:
    """Say what a rule's findings count, for each profile."""
    return {"author": author, "installer": installer, "marketplace": marketplace}


#: Nobody wants it in a package: it blocks everywhere.
BLOCKED = levels("error", "error", "error")
#: It may have a reason, which a person judges; the marketplace wants it gone, or allowed with it.
SUSPECT = levels("warning", "warning", "error")
#: A mistake of the author's that harms nobody else.
MISTAKE = levels("warning", "off", "error")
#: Told, and no more.
ADVICE = levels("note", "off", "warning")
#: What a package that is published has, and one for oneself need not.
PUBLISHED = levels("note", "off", "error")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that a rule found.

    Args:
        file: Path inside the package.
        line: From 1; 0 for the file as a whole.
        column: From 1; 0 for the line as a whole.
        message: What stands there, one sentence.
        next: What to do, where it is not what the rule says.
        hidden: Whether the line itself must not be shown, since it holds a secret.
    """

    file: str
    message: str
    line: int = 0
    column: int = 0
    next: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Args:
        id: Stable name, such as `js-eval`.
        group: What it is about.
        about: What `check` is handed.
        levels: What its findings count.
        looks_for: One sentence, for the reference.
        next: What to do about a finding.
        check: Yields the places.
        tiers: In which tiers it counts; a trusted plugin may do much that a stranger's may not.
        never_allowed: Whether a comment cannot silence it in the marketplace.
    """

    id: str
    group: Group
    about: Subject
    levels: Levels
    looks_for: str
    next: str
    check: Callable[[Any], Iterator[Spot]]
    tiers: tuple[str, ...] = ("sandboxed", "trusted")
    never_allowed: bool = False

    def level(self, profile: Profile, tier: str) -> Level:
        """Answer what a finding counts.

        Raises:
            KeyError: There is no such profile.
        """
        found = self.levels[profile]
        # A trusted plugin may do everything by consent: who installs one is told, not hindered.
        is_lowered = found == "error" and profile == "installer" and tier == "trusted"
        return "warning" if is_lowered else found
