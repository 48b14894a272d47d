"""`py-thread`: threads."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import SUSPECT, Rule

RULE = Rule(
    id="py-thread",
    group="malicious",
    about="python",
    levels=SUSPECT,
    looks_for="`threading.Thread`, timers and pools: work that goes on when nobody waits for it",
    next="Write `async` handlers, or ask for a job in plugin.json.",
    check=python_names(
        "{} starts a thread, and a sandboxed plugin has none.",
        "threading.Thread",
        "threading.Timer",
        "_thread.start_new_thread",
        "_thread.start_new",
        "concurrent.futures.ThreadPoolExecutor",
        "asyncio.to_thread",
    ),
    tiers=("sandboxed",),
)
