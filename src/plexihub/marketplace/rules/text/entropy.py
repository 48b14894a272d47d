"""How random a text is: keys are, words are not."""

from __future__ import annotations

import math
from collections import Counter


def entropy(text: str) -> float:
    """Answer how many bits a character of the text carries, by how often each occurs."""
    if not text:
        return 0.0
    counts = Counter(text).values()
    return -sum(one / len(text) * math.log2(one / len(text)) for one in counts)


def is_random(text: str, bits: float) -> bool:
    """Whether a text carries at least so many bits a character."""
    return entropy(text) >= bits
