"""Schema and reader agree on what a manifest is, on thousands of them, right and wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plexihub_sdk.errors import ManifestError
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.manifest import Manifest, parse_manifest, read_manifest
from plexihub_sdk.manifest_schema import schema
from plexihub_sdk.offers import OFFERS
from plexihub_sdk.permissions import PERMISSIONS

ROOT = Path(__file__).parents[3]
VALIDATOR = jsonschema_rs.validator_for(schema())
#: What no schema can say; every other refusal of the reader's has to be the schema's, too.
BEYOND = re.compile(
    r"twice|depend on itself|needed and optional at once|this hub speaks version"
    r"|no column that can be looked up|rules are about already|no default for a column"
    r"|is no address|has no port|is too wide|part of it is empty or longer|is no host|hears 100"
)
GOOD: dict[str, Any] = {"id": "hello-world", "version": "1.0.0", "entrypoint": "main.ts"}

texts = st.text(max_size=12) | st.sampled_from(
    [
        "a" * 201,
        "x\n",
        "a\u2028b",
        "\u00a0",
        "a\u200bb",
        "",
        " ",
        "\x00",
        "é",
        "\U0001f600",
        "\ue000",
    ]
)
ids = st.from_regex(r"[a-z][a-z0-9]{0,4}([-_][a-z0-9]{1,4}){0,2}", fullmatch=True)
junk: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**6), 10**6)
    | st.floats(allow_nan=False, allow_infinity=False, width=32)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
hooks = st.sampled_from(
    [
        *HEARD,
        "onDashboardLoad",
        "onJob",
        "onDashbordLoad",
        "plugin.a-b.told",
        "own-event",
        "a.b",
        "",
    ]
)
scoped = st.fixed_dictionaries(
    {"name": st.sampled_from([*PERMISSIONS, "root"])},
    optional={
        "hosts": st.lists(
            st.sampled_from(
                ["api.example.com", "*.x.org:8443", "[2001:db8::1]:*", "*.com", "999.1.1.1", "a:0"]
            )
            | texts,
            max_size=3,
        ),
        "methods": st.lists(st.sampled_from(["GET", "post", "GETS"]) | texts, max_size=3),
        "paths": st.lists(
            st.sampled_from(["/v1/*", "/a/../b", "/.", "v1", "/"]) | texts, max_size=3
        ),
        "models": st.lists(st.sampled_from(["users", "Users"]) | texts, max_size=3),
        "other": junk,
    },
)
column = st.sampled_from(["text", "integer", "number", "boolean", "time", "json", "blob"])
columns = column | st.fixed_dictionaries(
    {"type": column}, optional={"optional": st.booleans() | junk, "default": junk, "extra": junk}
)
tables = st.dictionaries(
    st.sampled_from(["votes", "a_b", "a__b", "A", "x" * 41]),
    st.fixed_dictionaries(
        {"columns": st.dictionaries(st.sampled_from(["a", "b_1", "id", "_c", "save"]), columns)},
        optional={
            "unique": st.lists(st.lists(st.sampled_from("abz"), max_size=2), max_size=3) | junk,
            "index": st.lists(st.sampled_from("abz"), max_size=3) | junk,
            "extra": junk,
        },
    ),
    max_size=2,
)


def offers(field: str) -> st.SearchStrategy[Any]:
    """Make offers of a field: of its parts, each right or wrong."""
    likely = st.sampled_from(
        ["digest", "GET", "/status", "/a/../b", "0 8 * * 1", "run", 60, 1, "P"]
    )
    parts = {part.name: likely | texts | junk for part in OFFERS[field].parts}
    return st.lists(st.fixed_dictionaries({}, optional={**parts, "extra": junk}), max_size=2)


FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "id": ids | st.sampled_from(["user", "Core", "a--b", "a" * 65]),
    "name": texts,
    "version": st.from_regex(r"[0-9]{1,2}(\.[0-9]{1,2}){1,3}(-[a-z.]{1,3})?", fullmatch=True),
    "author": texts,
    "description": texts,
    "permissions": st.lists(st.sampled_from([*PERMISSIONS, "root"]) | scoped, max_size=4),
    "entrypoint": st.sampled_from(
        ["main.ts", "/plugins/a/main.js", "//x", "../x", "a/./b", "a//b", "a\\b", "...", "a/", "/"]
    )
    | texts,
    "hooks": st.lists(hooks | texts, max_size=4),
    "api": st.sampled_from([0, 1, 2, "1", "^1.0", ">=1,<2", ">=2", "~1.0", "1.x", "", "01"])
    | texts,
    "dependencies": st.dictionaries(ids | texts, texts | st.just(">=1.2,<2"), max_size=3),
    "optionalDependencies": st.dictionaries(ids, texts | junk, max_size=3),
    "settings": st.dictionaries(texts, junk, max_size=2),
    "tables": tables,
    "$schema": texts,
    **{field: offers(field) for field in OFFERS},
}


@st.composite
def manifests(draw: st.DrawFn) -> Any:
    """Make a manifest: a good one with a few fields that may be anything."""
    found = dict(GOOD)
    for name in draw(st.sets(st.sampled_from(sorted(FIELDS)), max_size=4)):
        found[name] = draw(FIELDS[name] if draw(st.integers(0, 9)) else junk)
    if draw(st.integers(0, 7)) == 0:
        inner = draw(st.sets(st.sampled_from(["entrypoint", "hooks"])))
        found["manifest"] = {name: draw(FIELDS[name]) for name in inner}
        for name in inner:
            if draw(st.booleans()):
                found.pop(name, None)
    if draw(st.integers(0, 9)) == 0:
        found.pop(draw(st.sampled_from(sorted(found))))
    if draw(st.integers(0, 9)) == 0:
        found[draw(texts)] = draw(junk)
    return found


def read(data: Any) -> Manifest | ManifestError:
    """Ask the reader."""
    try:
        return parse_manifest(data)
    except ManifestError as error:
        return error


@pytest.mark.checklist("A-09")
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@given(manifests())
def test_schema_and_reader_agree(data: Any) -> None:
    """What one refuses the other refuses, but for what no schema can say."""
    found = read(data)
    problems = [error.message for error in VALIDATOR.iter_errors(data)]
    if isinstance(found, Manifest):
        assert problems == []
    elif not problems:
        assert BEYOND.search(found.message), (found.message, data)


@settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
@given(junk | manifests() | st.dictionaries(st.sampled_from(sorted(FIELDS)), junk))
def test_no_shape_breaks_the_reader(data: Any) -> None:
    """Whatever JSON there is: a manifest, or an error that names a place that is in it."""
    text = json.dumps(data, indent=2).encode()
    try:
        read_manifest(text)
    except ManifestError as error:
        problem = error
    else:
        return
    assert problem.where
    assert len(problem.message) < 2000
    place = re.match(r"plugin\.json:(\d+): ", problem.message)
    assert place is None or 1 <= int(place[1]) <= text.count(b"\n") + 1


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=80) | st.text(alphabet='{}[]",:\\u0ae1-n \n', max_size=60).map(str.encode)
)
def test_no_bytes_break_the_reader(text: bytes) -> None:
    """Broken text is a manifest error as well, never another."""
    with pytest.raises(ManifestError) as caught:
        read_manifest(text)
    assert caught.value.where


WRITTEN = """{
  "id": "two-files",
  "version": "1.0.0",
  "entrypoint": "main.ts",
  "permissions": [
    "ui:render",
    {"name": "network:fetch",
     "hosts": ["api.example.com",
               "not a host"]}
  ],
  "manifest": {
    "hooks": ["onDashboardLoad",
      "onDashbordLoad"]
  },
  "dependencies": {"a-b": ">=1",
    "A b": ""},
  "tables": {
    "votes": {"columns": {
      "poll": "text",
      "count": "number of"
    }}
  },
  "jobs": [
    {"id": "one", "cron": "* * * * *"},
    {"id": "two", "seconds": 5}
  ],
  "colour": "red"
}"""


@pytest.mark.parametrize(
    ("right", "line"),
    [
        (["colour"], 8),
        (["colour", "permissions"], 16),
        (["colour", "permissions", "dependencies"], 13),
        (["colour", "permissions", "dependencies", "manifest"], 20),
        (["colour", "permissions", "dependencies", "manifest", "tables"], 25),
        ([], 27),
    ],
)
def test_wrong_field_is_told_with_its_line(right: list[str], line: int) -> None:
    """File and line stand before the message, however deep the field is."""
    text = WRITTEN
    for name in right:
        # Blank lines in their place, so that the others stay where they are.
        field = re.compile(rf'^  "{name}": .*?(?=^  "|^\}})', re.MULTILINE | re.DOTALL)
        text = field.sub(lambda one: "\n" * one[0].count("\n"), text)
    text = re.sub(r",(\s*\})\Z", r"\1", text)
    with pytest.raises(ManifestError) as caught:
        read_manifest(text.encode())
    assert caught.value.message.startswith(f"plugin.json:{line}: "), caught.value.message


def test_every_example_is_right_by_the_schema() -> None:
    """The manifests that come with the hub."""
    found = [
        *ROOT.glob("examples/*/*/plugin.json"),
        *ROOT.glob("src/plexihub_plugins/*/plugin.json"),
    ]
    assert len(found) > 10
    for path in found:
        data = json.loads(path.read_text(encoding="utf-8"))
        assert [error.message for error in VALIDATOR.iter_errors(data)] == [], path
