"""The version of the API that the code needs, whatever the manifest says."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexihub.marketplace.compatibility import SINCE, Use, needed, uses_of
from plexihub_sdk.api import API
from plexihub_sdk.api_version import admits, is_range, least_of, version_of
from plexihub_sdk.manifest import parse_manifest

TS = """
export default { hooks: { async onDashboardLoad(_c: unknown, plugin: Plugin) {
  // plugin.api.storage.set in a comment is no use
  await plugin.api.renderWidget({ component: "Text" });
  return await plugin
    .api.storage?.get("a");
} } };
"""
PY = '''
async def on_dashboard_load(context, plugin):
    """plugin.api.storage.set"""
    await plugin.api.render_widget(component="Text")
    return await plugin.api.storage.get("a")
'''


@pytest.mark.parametrize(("name", "code"), [("main.ts", TS), ("main.py", PY)])
@pytest.mark.parametrize("api", [1, ">=1.0", "^1.0"])
def test_true_minimum_is_told(tmp_path: Path, name: str, code: str, api: object) -> None:
    """What came later than the manifest's lowest version is named, with file and line."""
    (tmp_path / name).write_text(code)
    manifest = parse_manifest({"id": "x", "version": "1.0.0", "entrypoint": name, "api": api})
    later = {**SINCE, "storage.get": "1.3", "storage.set": "1.9"}
    need = needed(tmp_path, manifest, later)
    assert need.minimum == "1.3"
    assert need.beyond == (Use("storage.get", "1.3", name, 5),)
    assert need.messages() == [f"uses `storage.get`, there since 1.3; the manifest says {api!r}"]
    assert needed(tmp_path, manifest).beyond == ()


def test_every_method_has_its_version(tmp_path: Path) -> None:
    """In the spelling of both languages; none came in a version that does not exist."""
    assert all(admits("<=1.0", method.since) for method in API)
    assert {"render_widget", "renderWidget", "storage.get"} <= SINCE.keys()
    (tmp_path / "broken.py").write_text("def (")
    (tmp_path / "broken.ts").write_text("{{{{ plugin.api.")
    assert list(uses_of(tmp_path)) == []


@pytest.mark.parametrize(
    ("wanted", "inside", "outside", "least"),
    [
        (1, ["1.0", "1.7"], ["2.0"], (1, 0)),
        ("1", ["1.0", "1.7"], ["2.0"], (1, 0)),
        ("1.2", ["1.2"], ["1.1", "1.3"], (1, 2)),
        (">=1.2", ["1.2", "2.0"], ["1.1"], (1, 2)),
        ("^1.2", ["1.2", "1.10"], ["1.1", "2.0"], (1, 2)),
        (">=1.2,<2", ["1.2", "1.9"], ["2.0", "1.1"], (1, 2)),
        (">1 <3", ["2.0"], ["1.9", "3.0"], (1, 0)),
        ("<=1", ["1.5", "0.9"], ["2.0"], (0, 0)),
    ],
)
def test_ranges_mean_what_they_say(
    wanted: int | str, inside: list[str], outside: list[str], least: tuple[int, int]
) -> None:
    """Of the API's versions, each side of each end."""
    assert is_range(wanted)
    assert all(admits(wanted, version) for version in inside)
    assert not any(admits(wanted, version) for version in outside)
    assert least_of(wanted) == least


@pytest.mark.parametrize("wanted", [True, None, 1.0, "", "latest", "1.x", ">=", "01", "1..2", "*"])
def test_what_is_no_range_is_none(wanted: object) -> None:
    """Nothing is guessed."""
    assert not is_range(wanted)
    assert version_of("1.2.3") == (1, 2)
