"""A policy file: the first rule that fits, and each mistake with its line."""

from pathlib import Path

import pytest

from plexihub.kernel.permissions.standing_file import parse_standing, read_standing
from plexihub_sdk.errors import ConfigError
from plexihub_sdk.manifest import Manifest, parse_manifest


def _manifest(*permissions: object, name: str = "notes", author: str = "Ann") -> Manifest:
    said = {"id": name, "version": "1.0.0", "entrypoint": "main.ts", "author": author}
    return parse_manifest({**said, "permissions": list(permissions)})


def _judged(text: str, manifest: Manifest, permission: str) -> tuple[str, str]:
    verdict = parse_standing(text, "p.toml").judge(manifest, "sha256:1", permission)
    return verdict.decision, verdict.rule.place if verdict.rule else ""


RULES = """# ours
[[rule]]
plugins = ["notes"]
permissions = ["data:read"]
within = { models = ["users", "channels"] }
decision = "grant"

[[rule]]
permissions = ["data:read"]
decision = "refuse"

[[rule]]
risks = ["high", "low"]
decision = "grant"
"""


def test_first_rule_that_fits_decides() -> None:
    """Within the limit granted, beyond it the next rule; where none fits, a person is asked."""
    users = {"name": "data:read", "models": ["users"]}
    assert _judged(RULES, _manifest(users), "data:read") == ("grant", "p.toml:2")
    assert _judged(RULES, _manifest("data:read"), "data:read") == ("refuse", "p.toml:8")
    assert _judged(RULES, _manifest(users, name="other"), "data:read") == ("refuse", "p.toml:8")
    assert _judged(RULES, _manifest("storage:own"), "storage:own") == ("grant", "p.toml:12")
    assert _judged(RULES, _manifest("http:serve"), "http:serve") == ("ask", "")


def test_what_takes_approval_is_granted_only_by_name() -> None:
    """A risk, or no restriction at all, does not reach it; refusing does."""
    admin = _manifest("admin:users")
    assert _judged(RULES, admin, "admin:users") == ("ask", "")
    assert _judged('[[rule]]\ndecision = "grant"\n', admin, "admin:users") == ("ask", "")
    assert _judged('[[rule]]\ndecision = "refuse"\n', admin, "admin:users")[0] == "refuse"
    named = '[[rule]]\npermissions = ["admin:users"]\ndecision = "grant"\n'
    assert _judged(named, admin, "admin:users") == ("grant", "p.toml:1")


@pytest.mark.parametrize(
    ("rule", "line", "says"),
    [
        ('decision = "maybe"', 2, "grant, refuse or ask"),
        ("name = 1", 1, "grant, refuse or ask"),
        ('decision = "ask"\nplugin = ["a"]', 3, "Did you mean 'plugins'"),
        ('decision = "ask"\nplugins = "a"', 3, "list of 1 to"),
        ('decision = "ask"\nplugins = []', 3, "list of 1 to"),
        ('decision = "ask"\npermissions = ["data:reed"]', 3, "Did you mean 'data:read'"),
        ('decision = "ask"\nrisks = ["huge"]', 3, "no risk"),
        ('decision = "grant"\nwithin = { hosts = ["a.test"] }', 3, "names its `permissions`"),
        (
            'decision = "grant"\npermissions = ["network:fetch"]\nwithin = { host = ["a.test"] }',
            4,
            "Did you mean 'hosts'",
        ),
        (
            'decision = "refuse"\npermissions = ["data:read"]\nwithin = { models = ["users"] }',
            4,
            "would pass it",
        ),
        ('decision = "grant"\nauthors = ["Ann"]', 3, "names its own"),
        ("decision = ", 2, "no TOML"),
    ],
)
def test_mistake_is_told_with_its_line(rule: str, line: int, says: str) -> None:
    """The line is that of the field, or of its rule."""
    with pytest.raises(ConfigError, match=says) as caught:
        parse_standing(f"[[rule]]\n{rule}\n", "p.toml")
    assert caught.value.where == f"p.toml:{line}"


def test_file_that_is_none_is_told(tmp_path: Path) -> None:
    """A missing file, one that is no text, and a field beside the rules."""
    with pytest.raises(ConfigError, match="cannot be read"):
        read_standing(tmp_path / "none.toml")
    (tmp_path / "raw.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        read_standing(tmp_path / "raw.toml")
    with pytest.raises(ConfigError, match="rules stand in") as caught:
        parse_standing('\nrules = "x"\n', "p.toml")
    assert caught.value.where == "p.toml:2"
