"""From layers that were tried to one level and its losses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexihub.kernel.isolation import LAYERS, LEVELS, Isolation, Layer, assess, unmeasured
from plexihub.runtimes.process.confine import plan
from plexihub_sdk.errors import PluginLoadError
from tests.support.lesser import NAMESPACES

pytestmark = pytest.mark.checklist("A-05")


def without(*lost: str) -> Isolation:
    """Judge a machine that lacks layers."""
    return assess(
        Layer(name, name not in lost, "" if name not in lost else "no") for name in LAYERS
    )


def test_judge_and_launcher_know_the_same_layers() -> None:
    """A layer that the judge does not know would be worth nothing."""
    assert set(plan.LAYERS) == LAYERS


@pytest.mark.parametrize(
    ("lost", "level"),
    [
        ((), "full"),
        (("uid",), "strong"),
        (("uts", "cgroup", "not_dumpable"), "strong"),
        (("landlock",), "partial"),
        (("root", "uid"), "partial"),
        (("rlimits",), "partial"),
        (tuple(NAMESPACES), "partial"),
        (("seccomp",), "weak"),
        ((*NAMESPACES, "landlock"), "weak"),
        (("network", "seccomp"), "weak"),
        (tuple(LAYERS), "none"),
    ],
)
def test_level_is_that_of_the_worst_wall(lost: tuple[str, ...], level: str) -> None:
    """What lacks decides, and each missing layer stands in a loss."""
    found = without(*lost)
    assert found.level == level
    assert {layer for loss in found.losses for layer in loss.missing} == set(lost)


def test_open_walls_are_told_first_and_in_words() -> None:
    """Whoever reads one line reads the worst."""
    found = without(*NAMESPACES, "landlock")
    assert [loss.is_open for loss in found.losses] == sorted(
        (loss.is_open for loss in found.losses), reverse=True
    )
    assert found.losses[0].says.startswith("A plugin could read files that everybody")


def test_layer_that_leaves_something_open_is_not_full() -> None:
    """An old Landlock holds, and what it does not cover is a loss."""
    reason = "version 1 of it does not cover TCP"
    found = assess(Layer(name, holds=True, reason=reason * (name == "landlock")) for name in LAYERS)
    assert found.level == "strong"
    assert found.losses[0].says == f"landlock holds, but {reason}; only other layers do."


def test_layer_that_nobody_tried_does_not_hold() -> None:
    """Silence is no promise."""
    found = assess(Layer(name, holds=True) for name in LAYERS - {"seccomp"})
    assert (found.level, [one.name for one in found.missing]) == ("weak", ["seccomp"])
    assert assess([]).level == "none"


def test_refusal_names_layers_by_reason_and_what_to_do() -> None:
    """Seven namespaces that fail for one reason are one clause."""
    with pytest.raises(PluginLoadError) as refused:
        without(*NAMESPACES).require("strong")
    assert "the isolation level strong, and this machine holds partial" in refused.value.message
    assert refused.value.message.count("(no)") == 1
    assert refused.value.next.count("Allow user namespaces") == 1
    assert refused.value.next.endswith("plexihub config set plugins.least_isolation partial")
    without(*NAMESPACES).require("partial")


def test_machine_on_which_nothing_can_be_tried_is_none() -> None:
    """Not even a launcher: every layer is missing, for that reason."""
    found = unmeasured("no launcher")
    assert found.level == "none"
    assert {layer.reason for layer in found.layers} == {"no launcher"}


@given(st.sets(st.sampled_from(sorted(LAYERS))), st.sampled_from(sorted(LAYERS)))
def test_losing_a_layer_never_makes_it_better(lost: set[str], more: str) -> None:
    """The level falls or stays."""
    before, after = without(*lost), without(*lost, more)
    assert LEVELS.index(after.level) <= LEVELS.index(before.level)
    assert after.is_at_least(after.level)
    assert (after.level == "full") == (not after.losses)
