"""Other permissions in a plugin.json, and nothing else of it changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexihub.marketplace.minimal_manifest import with_permissions, write_permissions
from plexihub_sdk.errors import InputError, ManifestError

FETCH = {"name": "network:fetch", "hosts": ["api.example.com"]}


@pytest.mark.parametrize(
    ("before", "wanted", "after"),
    [
        ('{"id":"a","permissions":["x","y"]}', ["y"], '{"id":"a","permissions":["y"]}'),
        (
            '{\r\n\t"version": "1.0.0",\r\n\t"api": 1\r\n}\r\n',
            ["x"],
            '{\r\n\t"version": "1.0.0",\r\n\t"permissions": ["x"],\r\n\t"api": 1\r\n}\r\n',
        ),
        (
            '{\n  "permissions": [\n    "x",\n    { "name":"y" }\n  ],\n  "id": "a"\n}',
            [{"name": "y"}, "z"],
            '{\n  "permissions": [\n    { "name":"y" },\n    "z"\n  ],\n  "id": "a"\n}',
        ),
        ('{"permissions": [ "x" ], "id": "a"}', [], '{"permissions": [], "id": "a"}'),
        ('{"permissions":  [ "x" ] }', ["x"], '{"permissions":  [ "x" ] }'),
    ],
)
def test_only_the_permissions_change(before: str, wanted: list[Any], after: str) -> None:
    """Order, indentation, line ends and the writing of what stays are the author's."""
    assert with_permissions(before, wanted) == after


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    fields=st.dictionaries(st.text(min_size=1, max_size=6), _JSON, min_size=1, max_size=5),
    indent=st.sampled_from([None, 1, 2, "\t"]),
    before=st.none() | st.lists(_JSON, max_size=4),
    wanted=st.lists(
        st.sampled_from(["ui:render", "storage:own", FETCH]), max_size=3, unique_by=str
    ),
)
def test_every_other_field_reads_as_before(
    fields: dict[str, Any], indent: Any, before: Any, wanted: list[Any]
) -> None:
    """Whatever the manifest looks like."""
    fields.pop("permissions", None)
    whole = {**fields, "id": "a", **({} if before is None else {"permissions": before})}
    text = with_permissions(json.dumps(whole, indent=indent), wanted)
    assert json.loads(text) == {**whole, "permissions": wanted}


def test_file_that_is_no_manifest_stays_as_it_is(tmp_path: Path) -> None:
    """Nor is one written that no hub would read."""
    path = tmp_path / "plugin.json"
    for text, wanted in (("{,}", []), ('{"id": "a", "version": "1.0.0"}', ["no:such"])):
        path.write_text(text)
        with pytest.raises(ManifestError):
            write_permissions(path, wanted)
        assert path.read_text() == text
    with pytest.raises(InputError):
        write_permissions(tmp_path / "none.json", [])
