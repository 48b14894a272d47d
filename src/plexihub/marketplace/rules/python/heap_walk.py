"""`py-heap-walk`: every object of the process."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-heap-walk",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`gc.get_objects` and the like, which hand out objects that nobody gave away",
    next="Keep references to what is yours.",
    check=python_names(
        "{} lists objects that are not the plugin's.",
        "gc.get_objects",
        "gc.get_referrers",
        "gc.get_referents",
        "sys.getobjects",
        "tracemalloc.get_object_traceback",
    ),
    never_allowed=True,
)
