from greeting import greeting, to_count


def test_greets_by_name() -> None:
    assert greeting(" Ada ", 2) == "Hello, Ada! That makes 2."


def test_greets_everybody_where_nobody_is_named() -> None:
    assert greeting("", 1) == "Hello, everybody! That makes 1."


def test_counts_from_nothing() -> None:
    assert to_count(None) == 0
    assert to_count(7) == 7
