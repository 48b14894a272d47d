"""Limits and folders in, Deno's command line and environment out; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: A home without files; a cache folder that cannot be made, so nothing is written anywhere.
_HOME = "/nonexistent"
_CACHE = "/dev/null/deno"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one sandboxed plugin may use.

    Args:
        call_seconds: The longest one call may take.
        start_seconds: The longest that loading the plugin may take.
        memory_mb: JavaScript heap, in MiB.
        descriptors: Open files, the runtime's own included.
    """

    call_seconds: float = 5.0
    start_seconds: float = 10.0
    memory_mb: int = 50
    descriptors: int = 128


def command(deno: Path, guest: Path, readable: Sequence[Path], limits: Limits) -> list[str]:
    """Build the command line of one plugin's process.

    Args:
        deno: The program.
        guest: Folder of the guest's own modules.
        readable: What the plugin's modules may be loaded from, and nothing else is readable.
        limits: What it may use.
    """
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
        "--no-code-cache",
        f"--import-map={guest / 'import_map.json'}",
        f"--v8-flags=--max-old-space-size={limits.memory_mb}",
        f"--allow-read={','.join(_escape(path) for path in readable)}",
        *(f"--deny-{kind}" for kind in ("write", "net", "env", "sys", "run", "ffi", "import")),
        str(guest / "main.ts"),
    ]


def environment() -> dict[str, str]:
    """Build the whole environment of a plugin's process: nothing of the hub's."""
    return {
        "HOME": _HOME,
        "DENO_DIR": _CACHE,
        "DENO_NO_UPDATE_CHECK": "1",
        "NO_COLOR": "1",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


def _escape(path: Path) -> str:
    # Deno splits the list at commas; a comma of a path is written twice.
    return str(path).replace(",", ",,")
