"""`plexihub plugin dev`: a hub of the author's own, and a plugin that follows its files."""
