"""What a sandboxed plugin may use: every limit, whose it is, and what happened at it."""

from plexihub.kernel.limits.book import LimitBook
from plexihub.kernel.limits.breach import Breach, Consequence
from plexihub.kernel.limits.keeper import LimitKeeper, SameForAll
from plexihub.kernel.limits.table import LIMITS, Limit, Limits

__all__ = (
    "LIMITS",
    "Breach",
    "Consequence",
    "Limit",
    "LimitBook",
    "LimitKeeper",
    "Limits",
    "SameForAll",
)
