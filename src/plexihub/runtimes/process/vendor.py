"""A Python plugin's dependencies, put into its package when that is made.

`requirements.txt` names exact versions with their checksums; an installer of the author's (uv or
pip) fetches them as wheels. Only pure Python is taken: a guest loads no machine code. Without that
file nothing is fetched, and no network is needed. The installer runs in a folder with nothing but
the checked lines in it: settings beside a stranger's plugin (`uv.toml`) could have it build a
package, which runs the package's own program.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from plexihub.runtimes._spawn import Finished, run_tool
from plexihub.runtimes.process.requirement import read_requirements
from plexihub_sdk.errors import PackageError

REQUIREMENTS = "requirements.txt"
#: Where `import` finds them, beside the plugin's own modules.
FOLDER = "vendor"
SECONDS = 300.0
_NATIVE = frozenset({".so", ".pyd", ".dll", ".dylib", ".a", ".o", ".exe"})
#: What an installer writes for itself; it names places of this machine.
_TRACES = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json"})


def vendor(folder: Path, say: Callable[[str], None]) -> bool:
    """Put what `requirements.txt` names into `vendor/`; blocks.

    Args:
        folder: A copy of the plugin's files, which is changed.
        say: Told what is done.

    Returns:
        Whether there was anything to do.

    Raises:
        PackageError: It cannot be fetched, has another checksum, or is not pure Python.
    """
    if not (folder / REQUIREMENTS).is_file():
        return False
    target = folder / FOLDER
    if target.exists():
        raise PackageError(
            f"There is a folder {FOLDER!r} and {REQUIREMENTS}.",
            where=REQUIREMENTS,
            next="Have one of them: the folder is made of the file.",
        )
    wanted = read_requirements((folder / REQUIREMENTS).read_bytes(), REQUIREMENTS)
    say("Fetching the packages of requirements.txt")
    done = _fetched(wanted, target.absolute())
    if done.status:
        raise PackageError(
            f"They cannot be fetched:\n{done.said.strip()}",
            where=REQUIREMENTS,
            next="Each line names an exact version and its checksum, and each has a wheel of pure"
            " Python: uv pip compile --generate-hashes requirements.in -o requirements.txt",
        )
    _tidy(target)
    _refuse_native(target)
    return True


def _fetched(wanted: str, target: Path) -> Finished:
    with tempfile.TemporaryDirectory(prefix="plexihub-vendor-") as apart:
        Path(apart, REQUIREMENTS).write_text(wanted, encoding="utf-8")
        order = [*_installer(), "--target", str(target), "--requirement", REQUIREMENTS]
        try:
            return run_tool(order, env=os.environ, cwd=Path(apart), seconds=SECONDS)
        except (OSError, TimeoutError) as error:
            raise PackageError(f"They cannot be fetched: {error}.", where=REQUIREMENTS) from error


def _installer() -> list[str]:
    common = ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    beside = Path(sys.executable).with_name("uv")
    uv = str(beside) if beside.is_file() else shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", sys.executable, *common]
    if importlib.util.find_spec("pip") is not None:
        quiet = ["--quiet", "--disable-pip-version-check", "--no-compile"]
        return [sys.executable, "-m", "pip", "install", *quiet, *common]
    raise PackageError(
        "Neither uv nor pip is here to fetch packages with.",
        where=REQUIREMENTS,
        next="Install one of them, or put the packages into the folder 'vendor' yourself.",
    )


def _tidy(target: Path) -> None:
    for path in sorted(target.rglob("*"), reverse=True):
        if path.is_dir():
            if path.name == "__pycache__" or path == target / "bin":
                shutil.rmtree(path)
        elif path.parent.name.endswith(".dist-info") and path.name in _TRACES:
            path.unlink()
    (target / ".lock").unlink(missing_ok=True)


def _refuse_native(target: Path) -> None:
    for path in sorted(target.rglob("*")):
        if path.suffix in _NATIVE or ".so." in path.name:
            name = path.relative_to(target).as_posix()
            raise PackageError(
                f"{name} is machine code: a sandboxed plugin has pure Python alone.",
                where=f"{FOLDER}/{name}",
                next="Use a package that is pure Python, or ask the hub for what it does.",
            )
