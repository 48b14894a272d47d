"""The import contracts of pyproject.toml are kept, and a planted violation is caught."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINTER = ROOT / ".venv" / "bin" / "lint-imports"
PLANTS = {
    "house": ("plexihub/kernel/context.py", "plexihub.services"),
    "services": ("plexihub/services/database/__init__.py", "plexihub.services.users"),
    "kernel": ("plexihub/kernel/context.py", "plexihub.kernel.gateway"),
    "kernel-is-pure": ("plexihub/kernel/ports.py", "sqlalchemy"),
    "host-imports-no-plugin": ("plexihub/__init__.py", "plexihub_plugins"),
    "plugins-use-the-sdk": ("plexihub_plugins/__init__.py", "plexihub.kernel"),
    "sdk-stands-alone": ("plexihub_sdk/ids.py", "plexihub.kernel"),
    "policy-has-one-caller": ("plexihub/__init__.py", "plexihub.kernel.permissions.policy"),
    "no-cycles": ("plexihub/kernel/context.py", "plexihub.kernel.ports"),
    "one-module-starts-processes": ("plexihub/kernel/context.py", "subprocess"),
}


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the linter over the sources of a folder."""
    return subprocess.run(
        [shutil.which("lint-imports") or LINTER, "--no-cache", "--no-logo", *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src"), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of the sources that may be spoilt."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    ignored = shutil.ignore_patterns("__pycache__", "web_dist")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    return tmp_path


def test_contracts_kept() -> None:
    """The sources keep every contract."""
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("contract", PLANTS)
def test_planted_violation_caught(copy: Path, contract: str) -> None:
    """One forbidden import breaks the contract that forbids it."""
    name, module = PLANTS[contract]
    with (copy / "src" / name).open("a", encoding="utf-8") as source:
        source.write(f"\nimport {module}\n")
    result = lint(copy, "--contract", contract)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "0 kept, 1 broken" in result.stdout
