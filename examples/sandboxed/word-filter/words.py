"""The list of words: a file of the plugin's own, read once."""

import re
from importlib import resources


class WordList:
    """Words to mask, and words that refuse a message."""

    def __init__(self, masked, refused):
        self.masked = pattern(masked)
        self.refused = pattern(refused)

    @classmethod
    def read(cls, name):
        """Read a file of the package: one word a line, refused ones with an exclamation mark."""
        text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return cls(
            [line for line in lines if not line.startswith("!")],
            [line[1:] for line in lines if line.startswith("!")],
        )

    def mask(self, text):
        """Put stars in the place of masked words."""
        return self.masked.sub(lambda found: "*" * len(found[0]), text)

    def refused_in(self, text):
        """Answer the first word that refuses a message; None where there is none."""
        found = self.refused.search(text)
        return found[0] if found else None


def pattern(words):
    """Make a pattern that finds whole words, whatever their case."""
    return re.compile(rf"\b({'|'.join(map(re.escape, words))})\b", re.IGNORECASE)
