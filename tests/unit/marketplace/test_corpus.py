"""Hostile and innocent packages, as files: what must be caught, and what must pass."""

import re
from pathlib import Path

import pytest

from plexihub.marketplace.rules.finding import Finding
from plexihub.marketplace.rules.registry import BY_ID
from plexihub.marketplace.validate import validate

CORPUS = Path(__file__).parents[2] / "corpus"
GUILTY = sorted((CORPUS / "guilty").iterdir())
INNOCENT = sorted((CORPUS / "innocent").iterdir())
_MARK = re.compile(r"(?:#|//) caught\s*$|\[ // caught")
_LEAST = 60


def marked(sample: Path) -> list[tuple[str, int]]:
    """List the lines of a sample that its author marked as what is to be caught."""
    files = [sample] if sample.is_file() else [one for one in sample.rglob("*") if one.is_file()]
    return [
        (one.name, number)
        for one in files
        for number, line in enumerate(one.read_text("utf-8", errors="replace").split("\n"), 1)
        if _MARK.search(line)
    ]


def found(sample: Path, rule: str) -> list[Finding]:
    """Answer what a rule finds in a sample, as the marketplace would."""
    return [one for one in validate(sample, profile="marketplace").findings if one.rule == rule]


@pytest.mark.checklist("A-10")
@pytest.mark.parametrize("sample", GUILTY, ids=lambda path: path.name)
def test_guilty_sample_is_caught_where_it_stands(sample: Path) -> None:
    """By the rule that its name says, in the file and line that it marks."""
    rule = sample.name.partition("__")[0]
    places = {(one.file, one.line) for one in found(sample, rule)}
    assert places
    assert set(marked(sample)) <= places


@pytest.mark.checklist("A-10")
@pytest.mark.parametrize("sample", INNOCENT, ids=lambda path: path.name)
def test_innocent_sample_passes(sample: Path) -> None:
    """Neither its author nor the hub is told of anything that blocks."""
    for profile in ("author", "installer"):
        report = validate(sample, profile=profile)
        assert [f"{one.place} {one.rule}" for one in report.of("error")] == []


def test_corpora_are_large_and_name_real_rules() -> None:
    """At least sixty of each, in both languages."""
    for samples in (GUILTY, INNOCENT):
        assert len(samples) >= _LEAST
        suffixes = {one.suffix for one in samples}
        assert suffixes >= {".py", ".ts", ".js"}
    assert {one.name.partition("__")[0] for one in GUILTY} <= BY_ID.keys()
