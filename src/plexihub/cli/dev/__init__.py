"""`plexihub plugin dev`: a hub of the author's own, and a plugin that follows its files."""

from plexihub.cli.dev.command import dev

__all__ = ("dev",)
