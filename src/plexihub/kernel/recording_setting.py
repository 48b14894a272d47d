"""The settings of recorded calls."""

from __future__ import annotations

from plexihub.kernel.config import Setting

ALWAYS = "plugins.record.all"
KEPT = "plugins.record.calls"
MEGABYTES = "plugins.record.mb"
DAYS = "plugins.record.days"

RECORDING_SETTINGS = (
    Setting(
        ALWAYS,
        bool,
        False,
        "Whether the calls of every sandboxed plugin are recorded, as while one develops. It acts"
        " on plugins that are started afterwards.",
        title="Record the calls of every plugin",
    ),
    Setting(
        KEPT,
        int,
        200,
        "How many recorded calls are kept of one plugin; the oldest go first.",
        minimum=1,
        maximum=10_000,
        title="Recorded calls of a plugin",
    ),
    Setting(
        MEGABYTES,
        int,
        16,
        "How much room the recorded calls of one plugin may take; the oldest go first.",
        minimum=1,
        maximum=1024,
        title="Recorded calls of a plugin (MB)",
    ),
    Setting(
        DAYS,
        int,
        7,
        "After how many days a recorded call is deleted.",
        minimum=1,
        maximum=365,
        title="Recorded calls are kept for (days)",
    ),
)
