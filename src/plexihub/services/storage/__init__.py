"""What sandboxed plugins keep: values by key, tables and files of their own, each with a limit."""

from plexihub.services.storage.keep import Keep
from plexihub.services.storage.quota import ROWS, VALUES, Allowed, Ledger, Quota, Usage
from plexihub.services.storage.sweeper import Sweeper
from plexihub.services.storage.values import (
    LARGEST_NUMBER,
    LARGEST_VALUE,
    LONGEST_TTL,
    MOST_LISTED,
    Entry,
    Place,
    Values,
    When,
)

__all__ = (
    "LARGEST_NUMBER",
    "LARGEST_VALUE",
    "LONGEST_TTL",
    "MOST_LISTED",
    "ROWS",
    "VALUES",
    "Allowed",
    "Entry",
    "Keep",
    "Ledger",
    "Place",
    "Quota",
    "Sweeper",
    "Usage",
    "Values",
    "When",
)
