"""Judge a package by every rule, without running any of it.

A file is parsed once, all rules look at it, and it is let go before the next one is read. A rule
that fails is a finding that blocks, never a pass. What takes longer than its time is given up with
a finding that blocks as well.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from plexihub.marketplace.rules.bundle import File, Package
from plexihub.marketplace.rules.engine import ENGINE
from plexihub.marketplace.rules.finding import Finding, Report, in_order
from plexihub.marketplace.rules.opened import open_package
from plexihub.marketplace.rules.permit import Permit, permits_in
from plexihub.marketplace.rules.python.tree import PythonFile
from plexihub.marketplace.rules.python.use import note_python
from plexihub.marketplace.rules.registry import BY_ID, RULES
from plexihub.marketplace.rules.rule import Profile, Rule, Spot, Subject
from plexihub.marketplace.rules.script.tree import ScriptFile
from plexihub.marketplace.rules.script.use import note_script

SECONDS = 30.0
_MOST_OF_ONE = 50
_SHOWN = 160
#: Told after each file: how many were read, and of how many.
Progress = Callable[[int, int], None]


@dataclass
class _Scan:
    package: Package
    profile: Profile
    end: float
    findings: list[Finding] = field(default_factory=list)
    bytes: int = 0

    def add(self, rule: Rule, spot: Spot, file: File | None, permits: Iterable[Permit]) -> None:
        level = rule.level(self.profile, self.package.tier)
        if level == "off":
            return
        # Tests run on their author's machine, which has what the sandbox has not.
        if file is not None and file.is_test and level == "error" and "trusted" not in rule.tiers:
            level = "warning"
        can_allow = not (rule.never_allowed and self.profile == "marketplace")
        reason = _reason(rule.id, spot, permits) if can_allow else ""
        self.findings.append(
            Finding(
                rule=rule.id,
                severity=level,
                file=spot.file,
                line=spot.line,
                column=spot.column,
                message=spot.message,
                next=spot.next or rule.next,
                source="" if spot.hidden else _line(file, spot),
                allowed=reason,
            )
        )


def validate(  # noqa: PLR0913 - each is an option of the judgement
    source: Path,
    *,
    name: str = "",
    profile: Profile = "author",
    tier: str = "sandboxed",
    refused: frozenset[str] = frozenset(),
    progress: Progress | None = None,
    seconds: float = SECONDS,
) -> Report:
    """Judge a staged package.

    Args:
        source: Its folder, or its one file.
        name: What the report calls it; the name of `source` where empty.
        profile: Who judges.
        tier: In which tier it would run.
        refused: Permissions that the hub's policy gives to nobody.
        progress: Told after each file.
        seconds: After which the rest is given up.

    Raises:
        OSError: It cannot be read.
    """
    package = open_package(source, tier, refused)
    scan = _Scan(package, profile, time.monotonic() + seconds)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about escapes in strings: not ours to tell
        count = _read_all(scan, progress)
    for rule in _about("package", tier):
        _apply(scan, rule, package, None, ())
    return Report(
        name=name or source.name,
        profile=profile,
        tier=tier,
        findings=in_order(_bounded(scan.findings)),
        files=count,
        bytes=scan.bytes,
    )


def _read_all(scan: _Scan, progress: Progress | None) -> int:
    total = len(scan.package.paths)
    for count, file in enumerate(scan.package.files(), 1):
        if time.monotonic() > scan.end:
            spot = Spot(file.path, "Reading took too long; from this file on nothing was checked.")
            scan.add(ENGINE["scan-late"], spot, None, ())
            return count
        scan.bytes += len(file.data)
        _read(scan, file)
        if progress is not None:
            progress(count, total)
    return total


def _read(scan: _Scan, file: File) -> None:
    package = scan.package
    package.kinds.add(file.kind)
    if file.text is not None and file.path.count("/") == 0:
        package.texts[file.path.lower()] = file
    python = _python(scan, file) if file.kind == "python" and file.is_code else None
    script = ScriptFile(file) if file.kind == "script" and file.is_code else None
    permits = tuple(permits_in(file, script))
    _note(scan, file, python, script)
    subjects: tuple[tuple[Subject, object], ...] = (
        ("file", file),
        ("python", python),
        ("script", script),
    )
    for about, subject in subjects:
        for rule in _about(about, package.tier) if subject is not None else ():
            _apply(scan, rule, subject, file, permits)
    _name_unexplained(scan, file, permits)


def _note(scan: _Scan, file: File, python: PythonFile | None, script: ScriptFile | None) -> None:
    try:
        if python is not None:
            note_python(scan.package.use, python)
        if script is not None:
            note_script(scan.package.use, script)
    except Exception as error:  # noqa: BLE001 - what fails is told, and blocks
        said = f"What this uses cannot be told ({type(error).__name__})."
        scan.add(ENGINE["rule-failed"], Spot(file.path, said), None, ())


def _name_unexplained(scan: _Scan, file: File, permits: Iterable[Permit]) -> None:
    for one in permits:
        if not one.reason or one.rule not in BY_ID:
            what = "without a reason" if one.rule in BY_ID else "and is no rule"
            spot = Spot(file.path, f"{one.rule} is allowed here {what}.", one.line)
            scan.add(ENGINE["allow-unexplained"], spot, file, ())


def _python(scan: _Scan, file: File) -> PythonFile | None:
    try:
        return PythonFile(file, scan.package.own_modules)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", 0) or 0
        said = getattr(error, "msg", "") or "it is nested too deeply, or holds a NUL"
        spot = Spot(file.path, f"It is no Python that can be read: {said}.", line)
        scan.add(ENGINE["python-syntax"], spot, file, ())
        return None


def _apply(
    scan: _Scan, rule: Rule, subject: object, file: File | None, permits: Iterable[Permit]
) -> None:
    if rule.level(scan.profile, scan.package.tier) == "off":
        return
    try:
        for count, spot in enumerate(rule.check(subject)):
            if count >= _MOST_OF_ONE:
                break
            scan.add(rule, spot, file, permits)
    except Exception as error:  # noqa: BLE001 - a rule that fails is told, and blocks
        where = file.path if file is not None else ""
        said = f"The rule {rule.id} failed here ({type(error).__name__}), so this is not checked."
        scan.add(ENGINE["rule-failed"], Spot(where, said), None, ())


def _about(subject: Subject, tier: str) -> Iterator[Rule]:
    return (rule for rule in RULES if rule.about == subject and tier in rule.tiers)


def _reason(rule: str, spot: Spot, permits: Iterable[Permit]) -> str:
    for one in permits:
        if one.rule == rule and one.line in {spot.line, spot.line - 1}:
            return one.reason
    return ""


def _line(file: File | None, spot: Spot) -> str:
    if file is None or not 0 < spot.line <= len(file.lines):
        return ""
    begin = max(0, spot.column - _SHOWN // 2) if spot.column > _SHOWN // 2 else 0
    return file.lines[spot.line - 1][begin : begin + _SHOWN].strip()


def _bounded(findings: list[Finding]) -> Iterator[Finding]:
    """Keep the first of each rule in a package: thousands of the same tell nothing more."""
    counts: dict[str, int] = {}
    for one in findings:
        counts[one.rule] = counts.get(one.rule, 0) + 1
        if counts[one.rule] <= 4 * _MOST_OF_ONE:
            yield one
        elif counts[one.rule] == 4 * _MOST_OF_ONE + 1:
            more = "There are more places like these, which are not listed."
            yield replace(one, line=0, column=0, source="", message=more)
