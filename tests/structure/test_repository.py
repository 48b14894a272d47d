"""What the repository holds works on any machine: no registry's host, no path of one's own."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# In pieces, so that this file keeps its own rule.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("jsr", "io"),
    ]
]
OWN_PATHS = [f"{path}/" for path in (ROOT, Path.home()) if path != Path("/")]
QUOTED = ("tests/seeds/", "examples/")  # documents and examples kept byte for byte


def tracked_texts() -> dict[str, str]:
    """Read every text file that git keeps."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, timeout=50, check=False
    )
    if listed.returncode:
        pytest.skip("this folder is no git repository, so nothing says which files are its own")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8", errors="ignore")
        for path in paths
        if path.is_file() and not str(path.relative_to(ROOT)).startswith(QUOTED)
    }


def files_with(pattern: str) -> list[str]:
    """Name the places where a pattern stands."""
    found = re.compile(pattern)
    return [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in tracked_texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if found.search(line)
    ]


def test_no_registry_host() -> None:
    """Packages come from whichever index or mirror the machine is set to."""
    assert files_with("|".join(map(re.escape, REGISTRIES))) == []


def test_no_path_of_this_machine() -> None:
    """Neither the clone's own folder nor the home folder is written down."""
    assert files_with("|".join(rf"(?<![\w.-]){re.escape(path)}" for path in OWN_PATHS)) == []


def pins_in(name: str) -> dict[str, str]:
    """Read the pinned versions of a lock file."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


def test_locks_agree() -> None:
    """What runs is what was tested: both lock files pin the same versions."""
    assert pins_in("requirements.lock").items() <= pins_in("requirements-dev.lock").items()


def test_lock_holds_every_dependency() -> None:
    """Each dependency that the project names is pinned, with a hash."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0] for line in project["dependencies"]}
    assert named <= pins_in("requirements.lock").keys()
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert text.count("--hash=sha256:") >= len(pins_in("requirements.lock"))
