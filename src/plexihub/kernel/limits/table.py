"""Every limit of a sandboxed plugin: its name, default, unit, bounds, and how it is held.

The one place that says them: settings, overrides, the admin page, metrics and the documentation are
made of this table. Who holds a limit reads it from `Limits`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from plexihub.kernel.config import Setting
from plexihub_sdk.errors import InputError
from plexihub_sdk.wire import MAX_DEPTH, MAX_IN_FLIGHT, MAX_MESSAGE_BYTES

#: `never`: the protocol between hub and guest says it, for every plugin alike.
Acts = Literal["at once", "at the next start", "never"]
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit.

    Args:
        name: As it stands in settings, overrides and audit records.
        default: What the design says, in `unit`.
        unit: For people, such as `s` or `MiB`.
        title: For people, a few words.
        held: How it is held, and what happens at it.
        acts: When another value acts on a plugin that runs.
        minimum: The least value.
        maximum: The greatest value.
    """

    name: str
    default: int | float
    unit: str
    title: str
    held: str
    acts: Acts = "at the next start"
    minimum: float = 1
    maximum: float = 4096

    @property
    def key(self) -> str:
        """The setting that says it for every plugin."""
        return f"plugins.{self.name}"

    @property
    def is_fixed(self) -> bool:
        """Whether nobody can change it."""
        return self.acts == "never"

    def setting(self) -> Setting:
        """Make the setting of the default for the whole hub."""
        when = "" if self.acts == "at once" else " Counts for each that starts from now on."
        return Setting(
            self.key,
            type(self.default),
            self.default,
            f"{self.title} of each sandboxed plugin ({self.unit}). {self.held}{when}",
            minimum=self.minimum,
            maximum=self.maximum,
            title=f"{self.title} ({self.unit})",
        )

    def accept(self, value: float) -> int | float:
        """Answer a value for one plugin as it is to be kept.

        Raises:
            InputError: It cannot be changed, or the value is out of bounds or no whole number.
        """
        if self.is_fixed:
            raise InputError(f"{self.title} is the same for every plugin.", where=self.name)
        is_whole = isinstance(self.default, int)
        if is_whole and value != int(value):
            raise InputError(f"{self.title} must be a whole number.", where=self.name)
        if not self.minimum <= value <= self.maximum:
            raise InputError(
                f"{self.title} must be from {self.minimum:g} to {self.maximum:g} {self.unit},"
                f" not {value:g}.",
                where=self.name,
            )
        return int(value) if is_whole else float(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one sandboxed plugin may use; the table below says what each means."""

    call_seconds: float = 5.0
    start_seconds: float = 10.0
    memory_mb: int = 50
    cpu_percent: float = 10.0
    requests_per_minute: int = 100
    log_kb_per_minute: int = 64
    descriptors: int = 128
    threads: int = 64
    file_mb: int = 16
    storage_mb: int = 5
    storage_keys: int = 10_000
    tables_mb: int = 20
    table_rows: int = 50_000
    own_files_mb: int = 50
    own_files: int = 1000


def _kept(name: str, default: int, unit: str, title: str, *, most: int) -> Limit:
    """Make a limit of what a plugin keeps beyond its process."""
    held = "The hub refuses to keep more; what is there stays, also where the limit is lowered."
    return Limit(
        name=name,
        default=default,
        unit=unit,
        title=title,
        held=held,
        acts="at once",
        minimum=0,
        maximum=most,
    )


LIMITS: dict[str, Limit] = {
    limit.name: limit
    for limit in (
        Limit(
            name="call_seconds",
            default=5.0,
            unit="s",
            title="Time of a call",
            held="The hub kills the process at the deadline.",
            acts="at once",
            minimum=0.05,
            maximum=60.0,
        ),
        Limit(
            name="start_seconds",
            default=10.0,
            unit="s",
            title="Time to load",
            held="The hub kills a process whose plugin is not loaded by then.",
            minimum=0.5,
            maximum=25.0,
        ),
        Limit(
            name="memory_mb",
            default=50,
            unit="MiB",
            title="Memory",
            held="Above what the runtime holds when it idles, of whatever kind: the operating"
            " system refuses to map more, and the hub kills a process that holds more.",
            minimum=8,
        ),
        Limit(
            name="cpu_percent",
            default=10.0,
            unit="%",
            title="Processor time",
            held="Of one core, over ten seconds. Half of it may be used at once; from then on the"
            " process is stopped and continued, so that what is left lasts.",
            acts="at once",
            minimum=1.0,
            maximum=400.0,
        ),
        Limit(
            name="requests_per_minute",
            default=100,
            unit="a minute",
            title="Network requests",
            held="The gateway counts them, over restarts, and refuses those beyond.",
            acts="at once",
            minimum=0,
            maximum=100_000,
        ),
        Limit(
            name="log_kb_per_minute",
            default=64,
            unit="KiB a minute",
            title="Log output",
            held="Lines beyond are dropped and counted; four times the default ends the process.",
            acts="at once",
            maximum=64,
        ),
        Limit(
            name="descriptors",
            default=128,
            unit="files",
            title="Open files",
            held="The operating system refuses to open more, the runtime's own included.",
            minimum=32,
            maximum=1024,
        ),
        Limit(
            name="threads",
            default=64,
            unit="threads",
            title="Threads",
            held="The operating system refuses to start more; Deno itself has about six, and one"
            " for each processor. A program of its own a plugin cannot start at all.",
            minimum=16,
            maximum=512,
        ),
        Limit(
            name="file_mb",
            default=16,
            unit="MiB",
            title="Largest file",
            held="The operating system refuses to write a longer one, in the runtime's own cache.",
            minimum=4,
            maximum=256,
        ),
        _kept("storage_mb", 5, "MiB", "Values kept by key", most=4096),
        _kept("storage_keys", 10_000, "keys", "Number of values", most=10_000_000),
        _kept("tables_mb", 20, "MiB", "Tables of its own", most=4096),
        _kept("table_rows", 50_000, "rows", "Rows of its own", most=10_000_000),
        _kept("own_files_mb", 50, "MiB", "Files of its own", most=1_048_576),
        _kept("own_files", 1000, "files", "Number of files", most=100_000),
        Limit(
            name="message_mb",
            default=MAX_MESSAGE_BYTES // _MIB,
            unit="MiB",
            title="Length of a message",
            held="Checked while it is read; a longer one ends the process.",
            acts="never",
        ),
        Limit(
            name="message_depth",
            default=MAX_DEPTH,
            unit="levels",
            title="Depth of a message",
            held="Checked while it is read; a deeper one ends the process.",
            acts="never",
        ),
        Limit(
            name="in_flight",
            default=MAX_IN_FLIGHT,
            unit="messages",
            title="Unanswered messages",
            held="Of each direction; the hub makes no more calls, and a guest that makes more"
            " requests is ended.",
            acts="never",
        ),
    )
}

#: Those that settings and overrides may change.
CHANGEABLE = tuple(limit for limit in LIMITS.values() if not limit.is_fixed)
