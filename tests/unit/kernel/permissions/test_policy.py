"""The policy says no unless three say yes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexihub.kernel.permissions import Grant
from plexihub.kernel.permissions.policy import decide
from plexihub_sdk.permissions import PERMISSIONS

NAMES = st.sampled_from([*PERMISSIONS, "root:everything", ""]) | st.text(max_size=20)
SETS = st.frozensets(NAMES, max_size=8)


@given(SETS, SETS, SETS, NAMES)
def test_yes_takes_all_three(
    asked: frozenset[str], granted: frozenset[str], rights: frozenset[str], name: str
) -> None:
    """Whatever is asked, yes means known, asked for, granted and the person's own."""
    allowed = decide(Grant(asked, granted), name, rights).allowed
    assert allowed == (name in PERMISSIONS and name in asked & granted & rights)


@given(NAMES)
def test_nothing_granted_means_no(name: str) -> None:
    """The empty grant allows nothing, even to an administrator."""
    assert not decide(Grant(), name, frozenset(PERMISSIONS)).allowed


@pytest.mark.parametrize(
    ("asked", "granted", "rights", "rule"),
    [
        ({"data:read"}, {"data:read"}, {"data:read"}, "allowed"),
        (set(), {"data:read"}, {"data:read"}, "not_asked"),
        ({"data:read"}, set(), {"data:read"}, "not_granted"),
        ({"data:read"}, {"data:read"}, set(), "not_yours"),
    ],
)
def test_rule_is_named(asked: set[str], granted: set[str], rights: set[str], rule: str) -> None:
    """The decision says which rule made it."""
    assert decide(Grant.of(asked, granted), "data:read", rights).rule == rule
