"""`py-frame-walk`: the frames of those who called."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-frame-walk",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`sys._getframe`, `inspect.stack`, `inspect.currentframe`: the variables of code"
    " that called",
    next="Take what you need as an argument.",
    check=python_names(
        "{} reads the frames of other code.",
        "sys._getframe",
        "sys._current_frames",
        "sys._current_exceptions",
        "inspect.currentframe",
        "inspect.stack",
        "inspect.trace",
        "inspect.getouterframes",
        "inspect.getinnerframes",
        "traceback.walk_stack",
        "traceback.walk_tb",
    ),
    tiers=("sandboxed",),
    never_allowed=True,
)
