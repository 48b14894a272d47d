"""Ranges of versions, and in which order plugins start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.plugins import PluginRecord
from plexihub.kernel.plugins.dependencies import check_ranges, is_met, start_order, version_of
from plexihub.kernel.ports import StoredPlugin
from plexihub_sdk.errors import ManifestError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import parse_manifest

BASE = {"id": "a", "version": "1.0.0", "entrypoint": "plugin.py"}


@pytest.mark.parametrize(
    ("versions", "version", "fits"),
    [
        (">=1.2,<2", "1.2.0", True),
        (">=1.2,<2", "2.0.0", False),
        (">=1.2,<2", "1.1.9", False),
        ("~=1.4", "1.9.0", True),
        ("==1.0.0", "1.0.0+build.5", True),
        (">=1.0", "1.1.0-beta.2", True),
        (">=1.0.0", "1.0.0-nightly.x", False),
        ("", "0.0.1", True),
    ],
)
def test_ranges(versions: str, version: str, *, fits: bool) -> None:
    """A range holds the semantic versions that one expects of it."""
    assert is_met(versions, version) is fits


def test_order_of_versions() -> None:
    """Numbers count as numbers; a pre-release of any kind comes before its release."""
    texts = ["1.9.0", "1.10.0-nightly.x", "1.10.0-alpha.1", "1.10.0-rc.1", "1.10.0"]
    assert sorted(texts, key=version_of) == texts


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"dependencies": {"b": "newest"}}, "dependencies.b"),
        ({"optionalDependencies": {"b": ">=1,,<"}}, "optionalDependencies.b"),
        ({"dependencies": {"b": 2}}, "dependencies.b"),
        ({"dependencies": ["b"]}, "dependencies"),
        ({"dependencies": {f"b{number}": "" for number in range(51)}}, "dependencies"),
        ({"dependencies": {"Not An Id": ""}}, "dependencies.Not An Id"),
        ({"dependencies": {"some_b": "", "some-b": ""}}, "dependencies.some-b"),
        ({"dependencies": {"a": ""}}, "dependencies.a"),
        ({"dependencies": {"b": ""}, "optionalDependencies": {"b": ""}}, "optionalDependencies.b"),
    ],
)
def test_field_that_is_wrong_is_named(fields: dict[str, Any], where: str) -> None:
    """Whatever is no dependency is refused, and says which it is."""
    with pytest.raises(ManifestError) as caught:
        check_ranges(parse_manifest({**BASE, **fields}))
    assert caught.value.where == where


def record(name: str, needs: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> PluginRecord:
    """Make a plugin that needs others."""
    fields = {"dependencies": dict.fromkeys(needs, ""), "optionalDependencies": {}}
    fields["optionalDependencies"] = dict.fromkeys(optional, "")
    manifest = parse_manifest({**BASE, "id": name, **fields})
    return PluginRecord(
        StoredPlugin(
            id=PluginId(name), manifest=manifest, tier="trusted", runtime="trusted", root=Path()
        )
    )


def test_nobody_waits_for_ever() -> None:
    """Optional wishes give way to needs, and a stored cycle is broken somewhere."""
    records = [
        record("a", optional=("c",)),
        record("b", needs=("a", "missing")),
        record("c", needs=("b",)),
        record("x", needs=("y",)),
        record("y", needs=("x",)),
    ]
    order = {str(name): set(those) for name, those in start_order(records).items()}
    assert order["b"] == {"a"}
    assert (order["c"], order["a"]) == ({"b"}, set())
    assert sorted((len(order["x"]), len(order["y"]))) == [0, 1]
