"""`plexihub plugin validate`: judge a plugin by the rules, without a hub and without running it."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.findings import show_report
from plexihub.cli.output import EXIT_FAILED
from plexihub.datadir import DataDir
from plexihub.marketplace.rules.finding import Report
from plexihub.marketplace.rules.rule import Profile
from plexihub.marketplace.sarif import to_sarif
from plexihub.marketplace.staging import stage
from plexihub.marketplace.trust import verify
from plexihub.marketplace.validate import Progress as Told
from plexihub.marketplace.validate import validate as judge
from plexihub_sdk.errors import InputError

Form = Literal["text", "json", "sarif"]
_NO_OPTIONS = Common()
_PATIENCE = 1.0
_WIDTH = 100
#: Where a name is looked for that is no path, as scripts in a clone of the hub call it.
_SHELVES = (".", "plugins", "examples/sandboxed", "examples/trusted")
_ENDS = ("", ".ts", ".js", ".py", ".plexi")


async def validate(  # noqa: PLR0913 - each is an option of the command
    package: str = ".",
    /,
    *,
    profile: Profile = "author",
    format: Form = "text",  # noqa: A002 - the option's name
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    trusted: Annotated[bool, Parameter(negative="")] = False,
    common: Common = _NO_OPTIONS,
) -> int:
    """Judge a plugin by the rules, without running it; no hub is needed.

    Exits with 0 where nothing blocks, 1 where something does, 2 where it is used wrongly.

    Parameters
    ----------
    package
        A folder with a plugin.json, one file, an archive, or the id of an installed plugin.
    profile
        Who judges: author, installer (what a hub refuses) or marketplace (the strictest).
    format
        text for people, json and sarif for programs.
    output
        File to write to, instead of the terminal.
    trusted
        As a trusted plugin, which may do much that a stranger's may not.
    """
    source, is_trusted = await _found(package, common)
    tier = "trusted" if trusted or is_trusted else "sandboxed"
    report = _judged(source, profile, tier)
    form: Form = "json" if common.json and format == "text" else format
    _write(report, form, output)
    return 0 if report.passes else EXIT_FAILED


async def _found(package: str, common: Common) -> tuple[Path, bool]:
    """Find what is meant: a path, a name on one of the shelves, or an installed plugin."""
    for shelf in _SHELVES:
        for end in _ENDS:
            path = Path(shelf) / f"{package}{end}"
            if path.exists():
                return path, shelf.endswith("trusted")
    folder = DataDir(common.options().data.absolute())
    if any(folder.plugins.glob(f"{Path(package).name}*")):
        return await _installed(package, folder, common)
    raise InputError(
        f"There is no plugin at {package!r}, and none of this id is installed.",
        where="package",
        next="Name a folder that holds a plugin.json, or one .ts, .js or .py file.",
    )


async def _installed(plugin: str, folder: DataDir, common: Common) -> tuple[Path, bool]:
    async with connected(common) as api:
        shown = await api.call("GET", f"/plugins/{segment(plugin)}")
    digest = str(shown["digest"]).removeprefix("sha256:")[:12]
    later = folder.plugins / f"{shown['id']}.{digest}"
    home = later if digest and later.is_dir() else folder.plugins / shown["id"]
    return _bare_in(home), shown["tier"] == "trusted"


def _bare_in(home: Path) -> Path:
    """Answer the one file of a plugin that was installed from a file; else its folder."""
    files = [path for path in home.iterdir() if path.name != "__pycache__"]
    is_bare = len(files) == 1 and files[0].is_file() and files[0].name != "plugin.json"
    return files[0] if is_bare else home


def _judged(source: Path, profile: Profile, tier: str) -> Report:
    with tempfile.TemporaryDirectory(prefix="plexihub-validate-") as work:
        staged = stage(verify(source), Path(work))
        name = source.absolute().name
        with _bar() as told:
            report = judge(
                staged.described_at, name=name, profile=profile, tier=tier, progress=told
            )
    return replace(report, name=name)


@contextmanager
def _bar() -> Iterator[Told]:
    """Show how far it is, once that takes more than a second."""
    console = Console(stderr=True)
    columns = (TextColumn("Reading"), BarColumn(), MofNCompleteColumn())
    begin = time.monotonic()
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("", visible=False)

        def told(read: int, of: int) -> None:
            late = console.is_terminal and time.monotonic() - begin > _PATIENCE
            bar.update(task, completed=read, total=of, visible=late, refresh=late)

        yield told


def _write(report: Report, form: Form, output: Path | None) -> None:
    if form != "text":
        said = report.describe() if form == "json" else to_sarif(report)
        text = json.dumps(said, indent=2, ensure_ascii=output is None) + "\n"
        if output is None:
            sys.stdout.write(text)
        else:
            output.write_text(text, encoding="utf-8")
        return
    if output is None:
        show_report(report, Console(highlight=False, soft_wrap=True))
        return
    with output.open("w", encoding="utf-8") as file:
        show_report(report, Console(file=file, highlight=False, soft_wrap=True, width=_WIDTH))
