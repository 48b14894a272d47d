"""What validation tells: findings, and all of them together as a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from plexihub.marketplace.rules.rule import Level, Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place that a rule found, judged.

    Args:
        rule: The rule's id.
        severity: What it counts in this profile.
        file: Path inside the package; empty for the package.
        line: From 1; 0 for the whole file.
        column: From 1; 0 for the whole line.
        message: What stands there.
        next: What to do.
        source: The line, cut to what a screen shows; empty where there is none to show.
        allowed: Reason of the comment that allows it; such a finding blocks nothing.
    """

    rule: str
    severity: Level
    file: str
    line: int
    column: int
    message: str
    next: str
    source: str = ""
    allowed: str = ""

    @property
    def place(self) -> str:
        """Where it is, as editors and terminals read it."""
        parts = [self.file or "the package", *(str(one) for one in (self.line, self.column) if one)]
        return ":".join(parts)

    def describe(self) -> dict[str, Any]:
        """Answer it as JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that was found in one package.

    Args:
        name: The package, as the person named it.
        profile: By which severities.
        tier: In which tier it would run.
        findings: Of all rules, by file and line.
        files: How many files were read.
        bytes: How large they are together.
    """

    name: str
    profile: Profile
    tier: str
    findings: tuple[Finding, ...] = ()
    files: int = 0
    bytes: int = 0

    def of(self, severity: Level) -> list[Finding]:
        """List what counts so much and is not allowed by a comment."""
        return [one for one in self.findings if one.severity == severity and not one.allowed]

    @property
    def allowed(self) -> list[Finding]:
        """List what a comment allows, with the reason."""
        return [one for one in self.findings if one.allowed]

    @property
    def passes(self) -> bool:
        """Whether nothing blocks."""
        return not self.of("error")

    @property
    def remarks(self) -> list[Finding]:
        """List what whoever installs it is shown: warnings, and what comments allow."""
        return [one for one in self.findings if one.severity == "warning" or one.allowed]

    def describe(self) -> dict[str, Any]:
        """Answer it as JSON."""
        return {
            "package": self.name,
            "profile": self.profile,
            "tier": self.tier,
            "passes": self.passes,
            "files": self.files,
            "bytes": self.bytes,
            "counts": {
                **{name: len(self.of(name)) for name in ("error", "warning", "note")},
                "allowed": len(self.allowed),
            },
            "findings": [one.describe() for one in self.findings],
        }


NOTHING_FOUND = Report(name="", profile="installer", tier="sandboxed")


def read_report(data: Mapping[str, Any]) -> Report:
    """Read what `describe` wrote.

    Raises:
        KeyError: It is no report.
        TypeError: It is no report.
    """
    return Report(
        name=data["package"],
        profile=data["profile"],
        tier=data["tier"],
        files=data["files"],
        bytes=data["bytes"],
        findings=tuple(Finding(**one) for one in data["findings"]),
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by file, line and rule, each once."""
    kept = {(one.rule, one.file, one.line, one.column, one.message): one for one in findings}
    return tuple(sorted(kept.values(), key=lambda one: (one.file, one.line, one.column, one.rule)))
