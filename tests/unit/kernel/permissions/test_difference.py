"""The difference between two versions, and that less never allows more."""

from hypothesis import given
from hypothesis import strategies as st

from plexihub.kernel.permissions import Grant, difference
from plexihub.kernel.permissions.asking import unlocked
from plexihub.kernel.permissions.policy import decide
from plexihub_sdk.permissions import PERMISSIONS
from plexihub_sdk.scopes import allows

_names = st.frozensets(st.sampled_from(sorted(PERMISSIONS)))
_scope = st.one_of(
    st.none(), st.lists(st.sampled_from(["users", "channels", "files"]), min_size=1, unique=True)
)


def test_difference_tells_new_wider_narrower_gone_and_same() -> None:
    """Against what was granted, not what was asked for."""
    had = Grant.of(
        ["data:read", "data:write", "ui:render", "files:own", "http:serve"],
        ["data:read", "data:write", "ui:render", "files:own"],
        {"data:read": {"models": ("users",)}},
        {"data:read": {"models": ("users",)}},
    )
    wanted = Grant.of(
        ["data:read", "data:write", "ui:render", "http:serve"],
        (),
        {"data:write": {"models": ("users",)}},
    )
    found = {one.name: one.kind for one in difference(had, wanted)}
    assert found == {
        "data:read": "wider",
        "data:write": "narrower",
        "http:serve": "new",
        "ui:render": "same",
        "files:own": "gone",
    }


@given(asked=_names, granted=_names, rights=_names, less=_names)
def test_taking_anything_away_never_allows_more(
    asked: frozenset[str], granted: frozenset[str], rights: frozenset[str], less: frozenset[str]
) -> None:
    """From what was asked for, granted, or is the person's own; and yes needs all three."""
    for name in PERMISSIONS:
        whole = decide(Grant.of(asked, granted), name, rights).allowed
        assert whole == (name in asked & granted & rights)
        for grant, mine in (
            (Grant.of(asked - less, granted), rights),
            (Grant.of(asked, granted - less), rights),
            (Grant.of(asked, granted), rights - less),
        ):
            assert whole or not decide(grant, name, mine).allowed


@given(asked=_scope, given_=_scope, model=st.sampled_from(["users", "channels", "files"]))
def test_narrower_scope_never_reaches_further(
    asked: list[str] | None, given_: list[str] | None, model: str
) -> None:
    """What counts is what both have in common."""
    within = {"data:read": {"models": tuple(asked)}} if asked else {}
    given_scope = {"data:read": {"models": tuple(given_)}} if given_ else {}
    grant = Grant.of(["data:read"], ["data:read"], within, given_scope)
    both = (asked is None or model in asked) and (given_ is None or model in given_)
    assert allows("data:read", grant.scope("data:read"), "models", model) == both


def test_every_permission_unlocks_something() -> None:
    """No permission stands for nothing, and each has its sentence and its risk."""
    for name, info in PERMISSIONS.items():
        assert list(unlocked(name)), name
        assert info.says.endswith("."), name
        assert info.risk in {"low", "medium", "high"}, name
