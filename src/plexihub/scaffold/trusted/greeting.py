"""What does not need the hub stands in a module of its own, so that a test can call it."""


def to_count(kept: object) -> int:
    """Read what storage answered: a number, or nothing yet."""
    return kept if isinstance(kept, int) else 0


def greeting(who: str, count: int) -> str:
    """Say hello to somebody, or to everybody."""
    return f"Hello, {who.strip() or 'everybody'}! That makes {count}."
