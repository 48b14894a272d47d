"""Does not load."""

raise RuntimeError("not today")
