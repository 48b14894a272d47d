"""Makes the folder of a new plugin from a template, and what an editor needs beside it.

The templates are real plugins: tests check, lint, run and install them as they stand here. Only
their name is written anew. What an editor needs (types, the manifest's schema) is kept out of the
plugin itself, in its `.plexihub/`, so that it is always that of the hub at hand.
"""

from plexihub.scaffold.editor import equip
from plexihub.scaffold.folder import HIDDEN, Kind, make

__all__ = ("HIDDEN", "Kind", "equip", "make")
