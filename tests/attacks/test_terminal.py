"""Attacks on the terminal of whoever runs the hub, and on what the commands reach."""

from __future__ import annotations

import pytest

from plexihub.cli.common import segment
from plexihub.cli.config import _read
from plexihub.cli.output import harmless, say, show_error, show_facts, show_table

ESCAPES = "\x1b[31mred\x1b]0;title\x07\x9b2J\u202e\x08\r"


def _is_harmless(text: str) -> bool:
    return all(one.isprintable() or one == "\n" for one in text)


def test_escape_sequences_are_shown_not_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    """What other people wrote, a tried username among it, cannot drive the terminal."""
    show_table(("who",), [(ESCAPES,)], empty="-")
    show_facts({"last error": ESCAPES})
    show_error({"message": ESCAPES, "where": ESCAPES + "x", "next": ESCAPES}, as_json=False)
    say(harmless(ESCAPES))
    said = capsys.readouterr()
    assert _is_harmless(said.out + said.err)
    assert r"\x1b[31mred" in said.out


def test_a_cell_stays_in_its_row(capsys: pytest.CaptureFixture[str]) -> None:
    """A line break in a cell makes no line that looks like another record."""
    show_table(("target",), [("x\n7  2026-01-01  core  all.well",)], empty="-")
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize("text", ["[bold red]x[/nope]", "[link=http://evil]x[/link]", "x\\"])
def test_markup_of_others_is_text(capsys: pytest.CaptureFixture[str], text: str) -> None:
    """A name with Rich's markup is printed as it is written, and never fails a command."""
    say(f"[bold]{harmless(text)}[/bold]")
    assert capsys.readouterr().out == f"{text}\n"


@pytest.mark.parametrize("name", ["../users/ada", "..", ".", "a/b", "a?x=1", "a#b", "%2e%2e"])
def test_a_name_is_one_segment_of_a_path(name: str) -> None:
    """`plexihub plugin remove ../users/ada` reaches no person."""
    assert not set(segment(name)) & set("/?#")
    assert segment(name).strip(".")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400", "[" * 100_000])
def test_a_number_that_is_none_stays_text(text: str) -> None:
    """What JSON cannot carry is left to the setting's own check to refuse."""
    assert _read(text, "float") == text
