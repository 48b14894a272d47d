"""Attacks on the reading of packages itself: whatever stands in a file, there is an answer."""

import time
from pathlib import Path

import pytest

from plexihub.marketplace.rules.registry import RULES
from plexihub.marketplace.rules.rule import Spot
from plexihub.marketplace.validate import validate

_SECONDS = 20.0


def found(path: Path) -> set[str]:
    """Answer the rules that find something, as the hub judges before an install."""
    begin = time.monotonic()
    report = validate(path, profile="installer")
    assert time.monotonic() - begin < _SECONDS
    return {one.rule for one in report.findings}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """Write one file of a package."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", ["huge.py", "huge.ts"])
def test_source_of_twenty_megabytes_is_refused_unread(tmp_path: Path, name: str) -> None:
    """Parsing it would take the memory of many hubs."""
    assert found(written(tmp_path, name, b"a = 1\n" * 3_500_000)) == {"file-encoding"}


@pytest.mark.parametrize("name", ["long.py", "long.ts"])
def test_hundred_thousand_lines_hide_nothing(tmp_path: Path, name: str) -> None:
    """The last line counts as much as the first."""
    source = "value = 1\n" * 100_000 + "eval(value)\n"
    assert found(written(tmp_path, name, source)) & {"py-exec", "js-eval"}


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("deep.py", "x = " + "(" * 50_000 + ")" * 50_000),
        ("minus.py", "x = " + "-" * 100_000 + "1"),
        ("chain.py", "x = a" + ".b" * 100_000),
        ("sum.py", "x = 1" + " + 1" * 50_000),
    ],
)
def test_nesting_that_python_cannot_parse_is_told(tmp_path: Path, name: str, source: str) -> None:
    """It cannot be run either; and the process lives."""
    assert "python-syntax" in found(written(tmp_path, name, source + "\nexec(x)\n"))


@pytest.mark.parametrize(
    "opening",
    ["(" * 20_000 + ")" * 20_000, "[" * 20_000 + "]" * 20_000, "f(" * 5_000 + ")" * 5_000],
    ids=["parentheses", "lists", "calls"],
)
def test_nested_script_hides_nothing_behind_it(tmp_path: Path, opening: str) -> None:
    """The grammar does not recurse, so the code behind is read."""
    assert "js-eval" in found(written(tmp_path, "deep.ts", f"{opening};\neval('1');\n"))


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("latin.py", b"name = '\xff'\n", "file-encoding"),
        ("latin.js", b"const name = '\xff';\n", "file-encoding"),
        ("nul.py", b"a = 1\n\0exec('1')\n", "file-encoding"),
        ("nul.ts", b"const a = 1;\0\neval('1');\n", "js-eval"),
        ("bom.py", b"\xef\xbb\xbfexec('1')\n", "py-exec"),
        ("bom.ts", b"\xef\xbb\xbfeval('1');\n", "js-eval"),
        ("dos.py", b"a = 1\r\nexec('1')\r\n", "py-exec"),
        ("mac.js", b"let a = 1;\reval('1');\r", "js-eval"),
        ("wide.py", "\uff45\uff58\uff45\uff43('1')\n".encode(), "py-exec"),
        ("broken.ts", b"export default {{{ ( \neval('1');\n", "js-eval"),
        ("cut.ts", b"const a = `${eval('1')}", "js-eval"),
    ],
)
def test_odd_bytes_hide_nothing(tmp_path: Path, name: str, content: bytes, rule: str) -> None:
    """What the runtime would see is what the rules see."""
    assert rule in found(written(tmp_path, name, content))


def test_lying_names_hide_nothing(tmp_path: Path) -> None:
    """A program is one whatever it is called."""
    (tmp_path / "plugin.json").write_text('{"id": "a", "version": "1.0.0", "entrypoint": "m.py"}')
    written(tmp_path, "m.py", "")
    written(tmp_path, "readme.md", b"\x7fELF\x02\x01\x01" + bytes(64))
    written(tmp_path, "data.json", b"\0asm\x01\0\0\0")
    assert found(tmp_path) >= {"native-code", "native-wasm", "lying-name"}


def test_rule_that_fails_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever finds a way to break a rule has not found a way in."""

    def broken(_subject: object) -> list[Spot]:
        raise KeyError("something nobody thought of")

    victim = next(rule for rule in RULES if rule.id == "trojan-source")
    hurt = type(victim)(
        **{name: getattr(victim, name) for name in victim.__slots__} | {"check": broken}
    )
    monkeypatch.setattr(
        "plexihub.marketplace.validate.RULES",
        tuple(hurt if rule is victim else rule for rule in RULES),
    )
    report = validate(written(tmp_path, "fine.py", "x = 1\n"), profile="installer")
    assert [one.rule for one in report.of("error")] == ["rule-failed"]


def test_reading_without_end_is_given_up_and_blocks(tmp_path: Path) -> None:
    """What was not read is not passed."""
    report = validate(written(tmp_path, "fine.py", "x = 1\n"), profile="installer", seconds=-1.0)
    assert [one.rule for one in report.of("error")] == ["scan-late"]


@pytest.mark.parametrize(
    "source",
    [
        "TEXT = '# plexihub: allow py-exec it is only a text'\nexec(TEXT)\n",
        '"""\n# plexihub: allow py-exec a docstring\n"""; exec("1")\n',
        "# plexihub: allow py-unpickle another rule\nexec('1')\n",
        "# plexihub: allow py-exec\nexec('1')\n",
        "# plexihub: allow py-exec too far above\n\n\nexec('1')\n",
    ],
)
def test_words_that_are_no_permit_allow_nothing(tmp_path: Path, source: str) -> None:
    """Only a comment beside the place, with its rule and a reason."""
    report = validate(written(tmp_path, "asks.py", source), profile="installer")
    assert "py-exec" in {one.rule for one in report.of("error")}


def test_marketplace_lets_no_comment_silence_hostile_code(tmp_path: Path) -> None:
    """A hub shows the reason to whoever installs it; the marketplace takes none."""
    source = "# plexihub: allow py-exec it is a calculator\nexec('1')\n"
    path = written(tmp_path, "asks.py", source)
    assert validate(path, profile="installer").of("error") == []
    remarks = [one.allowed for one in validate(path, profile="installer").remarks]
    assert remarks == ["it is a calculator"]
    assert "py-exec" in {one.rule for one in validate(path, profile="marketplace").of("error")}


def test_secrets_are_not_shown_again(tmp_path: Path) -> None:
    """A report is pasted into issues and logs."""
    key = "AKIAQ3WJ5RZT7NVB2KXD"
    report = validate(written(tmp_path, "keys.py", f'KEY = "{key}"\n'), profile="author")
    assert "secret-token" in {one.rule for one in report.findings}
    assert key not in str(report.describe())
