"""The documents lead somewhere: links point at files, and the index knows every decision."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[[^\]]*\]\((?!\w+:)([^)#\s]+)[^)]*\)")
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


def test_index_lists_every_decision() -> None:
    """Decisions are numbered without a gap, and the index names each."""
    folder = ROOT / "docs" / "adr"
    records = sorted(path.name for path in folder.glob("0*.md"))
    assert [name[:4] for name in records] == [f"{n:04}" for n in range(1, len(records) + 1)]
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert [name for name in records if f"({name})" not in index] == []
