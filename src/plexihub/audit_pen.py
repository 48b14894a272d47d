"""Who writes the audit log, and how long it keeps it: what the settings say of that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from plexihub.kernel.config import Setting
from plexihub.runtimes.scribe import Orders, ScribePen

_WITNESSES = ("file:", "http://", "https://", "syslog:", "/")
_LONGEST_DAYS = 36_500
_MOST_MB = 16 * 1024 * 1024


def _witness(value: str) -> str:
    if not value or value.startswith(_WITNESSES):
        return ""
    return "must be file:/PATH, http://…, https://… or syslog:, or empty."


def _key(value: str) -> str:
    is_given = value.startswith("fd:") and value.removeprefix("fd:").isdigit()
    fits = not value or is_given or Path(value).is_absolute()
    return "" if fits else "must be the absolute path of a file, or fd: and a number."


AUDIT_SETTINGS = (
    Setting(
        "audit.key",
        str,
        "",
        "Private key that signs the audit log, in PEM form: a file outside the data folder, or"
        " fd:NUMBER for a descriptor that is read once. Empty for one of the hub's own.",
        check=_key,
        local=True,
        restart=True,
        title="Key of the audit log",
    ),
    Setting(
        "audit.witness",
        str,
        "",
        "Where each signed checkpoint of the audit log is copied to, so that nobody can put the log"
        " back unnoticed: file:/PATH, an http or https address, or syslog:.",
        check=_witness,
        local=True,
        restart=True,
        title="Witness of the audit log",
    ),
    Setting(
        "audit.keep_days",
        int,
        400,
        "How many days audit records are kept; 0 keeps them for ever. A signed statement stays in"
        " the place of those that went.",
        minimum=0,
        maximum=_LONGEST_DAYS,
        local=True,
        restart=True,
        title="Days that audit records are kept",
    ),
    Setting(
        "audit.keep_mb",
        int,
        0,
        "Above so many megabytes the oldest audit records go, however old; 0 sets no bound.",
        minimum=0,
        maximum=_MOST_MB,
        local=True,
        restart=True,
        title="Most megabytes of audit records",
    ),
    Setting(
        "audit.hold",
        bool,
        False,
        "Legal hold: no audit record goes while this is on, whatever its age.",
        local=True,
        restart=True,
        title="Legal hold on the audit log",
    ),
)


def audit_pen(folder: Path, get: Callable[[str], Any]) -> ScribePen:
    """Make the pen that the settings ask for.

    Args:
        folder: Of the audit log.
        get: Reads a setting.
    """
    return ScribePen(
        Orders(
            folder=str(folder),
            key=get("audit.key"),
            witness=get("audit.witness"),
            days=get("audit.keep_days"),
            megabytes=get("audit.keep_mb"),
            hold=get("audit.hold"),
        )
    )
