"""Limits and folders in, Deno's command line and environment out; pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plexihub.kernel.limits import Limits
from plexihub_sdk.errors import PluginLoadError

#: Without a home of its own Deno would read files of the one the hub runs as.
_HOME = "/nonexistent"
#: Bounds the young generation, which comes on top of the heap's own limit.
_SEMI_SPACE_MB = 4
#: Stands in the place of Node's modules, and says so to the plugin that imports one.
_REFUSAL = "blocked.ts"
#: What a plugin may import by name.
_VENDORED = "vendor/zod/zod.js"
#: Counts what runs, with the inspector inside of the process; while a plugin is tested only.
_COUNTING = "coverage.ts"


def command(  # noqa: PLR0913 - keyword-only options
    deno: Path,
    guest: Path,
    readable: Sequence[Path],
    limits: Limits,
    *,
    writable: Path | None = None,
    counts: bool = False,
) -> list[str]:
    """Build the command line of one plugin's process.

    Args:
        deno: The program.
        guest: Folder of the guest's own modules.
        readable: What the plugin's modules may be loaded from, and nothing else is readable.
        limits: What it may use.
        writable: Where the guest puts the files of a plugin that it is handed; it gives the right
            to up before it loads one.
        counts: Whether the guest counts what runs of the plugin.

    Raises:
        PluginLoadError: A path cannot be written on a command line of Deno's.
    """
    readable_paths = (*readable, guest / _REFUSAL, guest / _VENDORED)
    denied = ["write", "net", "env", "sys", "run", "ffi", "import"]
    allowed: list[str] = []
    if writable is not None:
        denied.remove("write")
        allowed.append(f"--allow-write={_checked(writable)}")
    if counts:
        readable_paths = (*readable_paths, guest / _COUNTING)
        denied.remove("sys")
        allowed.append("--allow-sys=inspector")
    return [
        str(deno),
        "run",
        "--quiet",
        "--no-prompt",
        "--no-config",
        "--no-lock",
        "--no-remote",
        "--no-npm",
        "--cached-only",
        f"--import-map={guest / 'import_map.json'}",
        f"--v8-flags=--max-old-space-size={limits.memory_mb},--max-semi-space-size={_SEMI_SPACE_MB}",
        f"--allow-read={','.join(_checked(path) for path in readable_paths)}",
        *allowed,
        *(f"--deny-{kind}" for kind in denied),
        str(guest / "main.ts"),
    ]


def environment(cache: Path) -> dict[str, str]:
    """Build the whole environment of a plugin's process: nothing of the hub's.

    Args:
        cache: Where Deno keeps the plugin's modules as JavaScript; without one it starts in
            180 ms instead of 25, as it tries again and again to write.
    """
    return {
        "HOME": _HOME,
        "DENO_DIR": str(cache),
        "DENO_NO_UPDATE_CHECK": "1",
        "NO_COLOR": "1",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


def _checked(path: Path) -> str:
    # Deno ends a path of the list at a comma, and would allow whatever stands behind it.
    if "," in str(path):
        raise PluginLoadError(
            f"The path of a sandboxed plugin must not contain a comma: {path}",
            where=str(path),
            next="Rename the folder.",
        )
    return str(path)
