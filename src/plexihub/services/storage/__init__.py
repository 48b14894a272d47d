"""What sandboxed plugins keep: values by key, tables and files of their own, each with a limit."""

from plexihub.services.storage.files import MOST_BYTES, OwnFiles
from plexihub.services.storage.folder import FileFacts
from plexihub.services.storage.keep import Keep, Sizes
from plexihub.services.storage.quota import VALUES, Ledger, Quota, Usage
from plexihub.services.storage.sweeper import Sweeper
from plexihub.services.storage.tables import MOST_FOUND, OwnRows, Wanted
from plexihub.services.storage.values import (
    LARGEST_NUMBER,
    LONGEST_TTL,
    MOST_LISTED,
    Entry,
    Place,
    Values,
    When,
)

__all__ = (
    "LARGEST_NUMBER",
    "LONGEST_TTL",
    "MOST_BYTES",
    "MOST_FOUND",
    "MOST_LISTED",
    "VALUES",
    "Entry",
    "FileFacts",
    "Keep",
    "Ledger",
    "OwnFiles",
    "OwnRows",
    "Place",
    "Quota",
    "Sizes",
    "Sweeper",
    "Usage",
    "Values",
    "Wanted",
    "When",
)
