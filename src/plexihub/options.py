"""What a hub must be told before it can read its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from plexihub.kernel.clock import Clock
from plexihub.kernel.watch import WatchFor

BUILTIN = ("chat", "dashboards")
DEFAULT_DATA = Path("data")
SETTINGS_FILE = Path("plexihub.toml")
DATA_VARIABLE = "PLEXIHUB_DATA"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubOptions:
    """What a hub must know before it can read its own settings.

    Args:
        data: The one folder for everything it keeps.
        settings_file: TOML; it may be absent.
        environ: Where `PLEXIHUB_*` variables are looked for.
        flags: Settings from the command line, by key.
        builtin: Which of the plugins that come with the hub are brought in.
        start_plugins: False leaves every plugin asleep, for work on a hub that a plugin breaks.
        development: Whether it is the own hub of a plugin's author, who is signed in by a link.
        listen: Whether the hub serves its pages itself, at `server.host` and `server.port`.
        clock: Tells what time it is, for jobs, for what expires and for what is counted by time.
        watch: Answers who watches a sandboxed plugin that is started; the hub's recorder where it
            is absent.
    """

    data: Path = DEFAULT_DATA
    settings_file: Path = SETTINGS_FILE
    environ: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, Any] = field(default_factory=dict)
    builtin: tuple[str, ...] = BUILTIN
    start_plugins: bool = True
    listen: bool = False
    development: bool = False
    clock: Clock = field(default_factory=Clock)
    watch: WatchFor | None = None

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str], *, data: Path | None = None, **more: Any
    ) -> Self:
        """Choose the data folder: the one given, `PLEXIHUB_DATA`, or `./data`."""
        chosen = data or Path(environ.get(DATA_VARIABLE) or DEFAULT_DATA)
        return cls(data=chosen, environ=environ, **more)
