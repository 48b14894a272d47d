"""What the reading itself finds: files that cannot be read, and rules that failed."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub.marketplace.rules.rule import BLOCKED, Levels, Rule, Spot, levels


def _nothing(_subject: object) -> Iterator[Spot]:
    return iter(())


def _engine(identity: str, counts: Levels, looks_for: str, then: str) -> Rule:
    return Rule(
        id=identity,
        group="structure",
        about="file",
        levels=counts,
        looks_for=looks_for,
        next=then,
        check=_nothing,
        never_allowed=True,
    )


ENGINE = {
    rule.id: rule
    for rule in (
        _engine(
            "python-syntax",
            levels("error", "warning", "error"),
            "Python that cannot be parsed, so nobody can check it",
            "Mend it, or remove the file.",
        ),
        _engine(
            "rule-failed",
            BLOCKED,
            "a rule that failed on a file: what it looks for was not checked",
            "Report it with the file; until then write that place in a plainer way.",
        ),
        _engine(
            "scan-late",
            BLOCKED,
            "reading that took longer than its time: the rest was not checked",
            "Leave out what it does not need.",
        ),
        _engine(
            "allow-unexplained",
            levels("warning", "warning", "error"),
            "a comment that allows a finding without saying why",
            "Write the reason behind the rule's name.",
        ),
    )
}
