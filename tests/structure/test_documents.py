"""The documents lead somewhere: links point at files, and the index knows every decision."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[[^\]]*\]\((?!\w+:)([^)#\s]+)[^)]*\)")
ANCHORED = re.compile(r"\[[^\]]*\]\((?!\w+:)([^)#\s]*)#([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
FOLDERS = ("docs", "changelog.d", "examples")


def documents() -> list[Path]:
    """List the documents that people read in the repository."""
    nested = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.md")]
    return sorted([*ROOT.glob("*.md"), *nested])


def test_links_lead_to_files() -> None:
    """Each relative link names a file or folder that is there."""
    broken = [
        f"{document.relative_to(ROOT)} -> {target}"
        for document in documents()
        for target in LINK.findall(document.read_text(encoding="utf-8"))
        if not (document.parent / target).exists()
    ]
    assert broken == []


def test_anchors_lead_to_headings() -> None:
    """Each link into a page names one of that page's headings, as its address spells it."""
    broken = [
        f"{document.relative_to(ROOT)} -> {target}#{anchor}"
        for document in documents()
        for target, anchor in ANCHORED.findall(unfenced(document))
        if (page := document.parent / target if target else document).suffix == ".md"
        and anchor not in anchors(page)
    ]
    assert broken == []


def unfenced(page: Path) -> str:
    """Answer a page without its blocks of code."""
    return FENCE.sub("", page.read_text(encoding="utf-8"))


@cache
def anchors(page: Path) -> set[str]:
    """Spell the addresses of a page's headings: small, without signs, spaces as hyphens."""
    found: Counter[str] = Counter()
    spelled = set()
    for heading in HEADING.findall(unfenced(page)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip().lower())
        name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        spelled.add(f"{name}-{found[name]}" if found[name] else name)
        found[name] += 1
    return spelled


def test_anchors_are_spelled_as_in_the_browser(tmp_path: Path) -> None:
    """Signs go, spaces become hyphens, and the second of two like headings has a number."""
    page = tmp_path / "page.md"
    page.write_text("# How do I …?\n## `a.b` c\n## `a.b` c\n```\n# no heading\n```\n")
    assert anchors(page) == {"how-do-i-", "ab-c", "ab-c-1"}


def test_guide_leads_to_every_page() -> None:
    """No page of the guide or of the documents is without a link from the guide or the README."""
    index = ROOT / "docs" / "plugin-guide" / "README.md"
    led = {
        (start.parent / target).resolve()
        for start in (index, ROOT / "README.md")
        for target in LINK.findall(start.read_text(encoding="utf-8"))
    }
    pages = {*(ROOT / "docs").glob("*.md"), *index.parent.glob("*.md")} - {index}
    assert sorted(page.name for page in pages - led) == []


def test_index_lists_every_decision() -> None:
    """Decisions are numbered without a gap, and the index names each."""
    folder = ROOT / "docs" / "adr"
    records = sorted(path.name for path in folder.glob("0*.md"))
    assert [name[:4] for name in records] == [f"{n:04}" for n in range(1, len(records) + 1)]
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [name for name in records if f"({name})" not in index] == []
