"""The hub's own settings: each is read somewhere, and says when a change acts."""

from __future__ import annotations

import re
from collections.abc import Callable

from plexihub.kernel.config import Setting

LEVELS = ("debug", "info", "warning", "error")
MAX_PORT = 65_535
MAX_RATE = 1_000_000
LONGEST_NAME = 60
_ADDRESS = re.compile(r"[A-Za-z0-9.:_-]{1,253}\Z")


def _between(least: float, most: float) -> Callable[[float], str]:
    def check(value: float) -> str:
        return "" if least <= value <= most else f"must be from {least} to {most}, not {value}."

    return check


def _one_of(*names: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        return "" if value in names else f"must be one of {', '.join(names)}, not {value!r}."

    return check


def _address(value: str) -> str:
    return "" if _ADDRESS.match(value) else f"must be an address or a host's name, not {value!r}."


def _printable(value: str) -> str:
    fits = value.strip() and len(value) <= LONGEST_NAME and value.isprintable()
    return "" if fits else f"must have 1 to {LONGEST_NAME} printable characters."


SETTINGS = (
    Setting(
        "hub.name", str, "PlexiHub", "What the hub calls itself; acts at once.", check=_printable
    ),
    Setting(
        "server.host",
        str,
        "127.0.0.1",
        "Address to listen on; acts at the next start.",
        check=_address,
    ),
    Setting(
        "server.port",
        int,
        8000,
        "Port to listen on; acts at the next start.",
        check=_between(1, MAX_PORT),
    ),
    Setting(
        "log.level",
        str,
        "info",
        "How much the hub tells on standard error; acts at once.",
        check=_one_of(*LEVELS),
    ),
    Setting(
        "plugins.deno",
        str,
        "",
        "Path of the Deno program, empty for the hub's own; set on the hub's machine alone.",
        local=True,
    ),
    Setting(
        "plugins.memory_mb",
        int,
        50,
        "Memory that a sandboxed plugin may use, in MiB; acts at the next start.",
        check=_between(8, 4096),
    ),
    Setting(
        "plugins.call_seconds",
        float,
        5.0,
        "How many seconds a sandboxed plugin may take for one call; acts at the next start.",
        check=_between(0.05, 60.0),
    ),
    Setting(
        "security.waf.enabled",
        bool,
        True,
        "Whether requests are judged by the rules against attacks; acts at once.",
    ),
    Setting(
        "security.waf.mode",
        str,
        "block",
        "What happens to a request that breaks a rule: watch (it passes, and is on record) or"
        " block; acts at once.",
        check=_one_of("watch", "block"),
    ),
    Setting(
        "security.rate.address",
        int,
        6000,
        "Requests a minute from one address, whoever sends them, 0 for no limit; acts at once."
        " Behind a proxy everybody has its address.",
        check=_between(0, MAX_RATE),
    ),
    Setting(
        "security.rate.reads",
        int,
        3000,
        "Reads a minute of one person, 0 for no limit; acts at once.",
        check=_between(0, MAX_RATE),
    ),
    Setting(
        "security.rate.writes",
        int,
        600,
        "Writes a minute of one person, 0 for no limit; acts at once.",
        check=_between(0, MAX_RATE),
    ),
    Setting(
        "security.rate.connects",
        int,
        120,
        "Live connections that one person may open in a minute, 0 for no limit; acts at once.",
        check=_between(0, MAX_RATE),
    ),
    Setting(
        "backup.keep",
        int,
        7,
        "How many backups are kept; older ones are deleted after the next one is made.",
        check=_between(1, 1000),
    ),
)
