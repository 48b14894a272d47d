"""What was packed runs in the real sandbox, and its errors show the author's own lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub.marketplace.staging import stage
from plexihub.marketplace.trust import verify
from plexihub.packing import pack, write
from plexihub_sdk.errors import PluginRaisedError
from tests.support.plugins import Running, hub_here
from tests.unit.marketplace.test_packing import GREET, plugin, requiring
from tests.unit.runtimes.test_package import block
from tests.zoo.sandbox import make_sandbox

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox, pytest.mark.timeout(120)]
LIB = """// A comment that the bundle does not have.

interface Given {
  text: string;
}

export function deep(given: Record<string, Given>): string {
  return given.nope!.text;
}
"""
MAIN = """import { deep } from "./lib/deep.ts";

export default {
  hooks: { onDashboardLoad: () => deep({}) },
};
"""
REGISTERED = {
    "id": "custom-analytics",
    "name": "Custom Analytics Dashboard",
    "version": "1.0.0",
    "author": "ACME Corp",
    "permissions": ["data:read", "ui:render"],
    "manifest": {"hooks": ["onDashboardLoad", "onDataFetch"]},
}


def landed(folder: Path, source: Path) -> Path:
    """Pack a folder, and unpack it as the installer does."""
    path = write(pack(source, lambda _text: None), folder)
    return stage(verify(path), folder / "plugins").folder


async def test_error_of_a_bundle_shows_the_line_of_the_source(tmp_path: Path) -> None:
    """The source map in the package counts, inside of the sandbox."""
    files = {"main.ts": MAIN, "lib/deep.ts": LIB}
    home = landed(tmp_path, plugin(tmp_path / "p", files, entrypoint="main.ts"))
    assert not (home / "lib").exists()
    sandbox = make_sandbox(tmp_path / "data")
    async with sandbox.running(home) as guest:
        with pytest.raises(PluginRaisedError) as caught:
            await guest.call_hook("onDashboardLoad", {}, CallContext())
    assert "lib/deep.ts:8" in f"{caught.value.message} {caught.value.where}"


def registration(**fields: Any) -> str:
    """Write a file that registers itself, with hooks."""
    said = json.dumps({**REGISTERED, **fields})
    return f"""
import {{ pluginRegistry }} from "@/lib/extensibility/pluginRegistry";
pluginRegistry.register({said});
export default {{ hooks: {{ onDashboardLoad() {{}}, onDataFetch() {{}} }} }};
"""


@pytest.fixture
async def running(tmp_path: Path, anyio_backend: object) -> Any:
    """Run a hub without plugins."""
    del anyio_backend
    async with hub_here(tmp_path) as running:
        running.folder.mkdir(exist_ok=True)
        yield running


@pytest.mark.checklist("A-07", "A-08", "A-09")
async def test_designs_registration_is_installed_and_listed_once(running: Running) -> None:
    """Verbatim, with its hooks beside it: in the list, off, each field as written; not twice."""
    source = running.folder / "analytics.ts"
    source.write_text(block("Phase 1: Registration"))
    done = await running.post("/plugins", source=str(source))
    assert done.status_code == 201, done.text
    [listed] = (await running.get("/plugins")).json()["items"]
    fields = ("id", "name", "version", "author", "state", "tier")
    assert tuple(listed[one] for one in fields) == (
        *(REGISTERED[one] for one in fields[:4]),
        "disabled",
        "sandboxed",
    )
    assert listed["permissions"]["asked"] == REGISTERED["permissions"]
    assert listed["hooks"] == ["onDashboardLoad", "onDataFetch"]
    again = await running.post("/plugins", source=str(source))
    assert (again.status_code, "is installed already" in again.text) == (409, True)


@pytest.mark.checklist("A-09")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Custom Analytics"),
        ("name", 5),
        ("version", "one"),
        ("author", ["ACME"]),
        ("permissions", ["data:red"]),
        ("manifest", {"entrypoint": "../up.js"}),
        ("manifest", {"hooks": "onDashboardLoad"}),
        ("colour", "red"),
    ],
)
async def test_invalid_field_of_a_registration_is_named(
    running: Running, field: str, value: Any
) -> None:
    """Each field of the design, wrong in turn, is refused by its name."""
    source = running.folder / "analytics.ts"
    code = registration(**{field: value})
    if field == "manifest" and "hooks" in value:
        code = code.replace("hooks: { onDashboardLoad() {}, onDataFetch() {} }", "hooks: {}")
    source.write_text(code)
    answer = await running.post("/plugins", source=str(source))
    error = answer.json()["error"]
    named = error["where"].split("[")[0]
    assert (answer.status_code, error["code"]) == (400, "manifest_invalid")
    assert named in {field, "entrypoint", "hooks"}
    assert (await running.get("/plugins")).json()["items"] == []


async def test_vendored_python_package_is_imported(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package of `requirements.txt` runs in the sandbox, from the archive and without network."""
    for tool in ("PIP", "UV"):
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(tmp_path / "wheels"))
    source = requiring(tmp_path / "p", GREET)
    manifest = json.loads((source / "plugin.json").read_text())
    (source / "plugin.json").write_text(json.dumps({**manifest, "permissions": ["ui:render"]}))
    path = write(pack(source, lambda _text: None), tmp_path)
    assert (await running.post("/plugins", source=str(path))).status_code == 201
    enabled = await running.post("/plugins/two-files/enable")
    assert enabled.json()["state"] == "enabled", enabled.text
    instance: Any = running.hub.kernel.registry.get("two-files").instance
    answer = await instance.call_hook("onDashboardLoad", {}, CallContext())
    assert answer["customWidgets"][0]["props"]["text"] == "Hello, Ada"
    verdict = (await running.get("/plugins/two-files/integrity")).json()
    assert (verdict["intact"], verdict["extra"]) == (True, [])
