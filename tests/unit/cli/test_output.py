"""What a person copies from the terminal into the next command stays whole."""

from __future__ import annotations

import pytest

from plexihub.cli.main import run
from plexihub.cli.output import show_facts, show_table

DIGEST = "sha256:" + "5b" * 32


def test_digest_among_facts_is_one_word(capsys: pytest.CaptureFixture[str]) -> None:
    """Sentences are wrapped beside their names; words are not broken."""
    show_facts({"digest": DIGEST, "says": "many words " * 20})
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["digest", DIGEST]
    assert all(len(line) <= 80 for line in lines[1:])
    assert lines[2][:8].isspace()


def test_first_column_is_not_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a narrow terminal, the others give way."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    show_table(("call", "at", "says"), [("1a2055417fba7edc", "2030", "word " * 30)], empty="")
    assert "1a2055417fba7edc" in capsys.readouterr().out


def test_wrong_use_names_the_command_to_ask(capsys: pytest.CaptureFixture[str]) -> None:
    """And says in plain words what is too much."""
    assert run(["plugin", "upgrade", "one", "two"]) == 2
    said = capsys.readouterr().err
    assert "one too many: two." in said
    assert "See: plexihub plugin upgrade --help" in said
