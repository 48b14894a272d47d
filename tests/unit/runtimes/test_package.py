"""What a sandboxed plugin says of itself, and which of its files count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub.runtimes._framing import Ready
from plexihub.runtimes._package import manifest_of, open_installed, open_package
from plexihub.runtimes.deno.runtime import DenoRuntime
from plexihub_sdk.errors import ManifestError, PluginLoadError
from plexihub_sdk.manifest import Manifest
from tests.zoo.sandbox import Sandbox, make_sandbox, write

EXAMPLES = Path(__file__).parents[3] / "examples" / "sandboxed"
SEED = Path(__file__).parents[2] / "seeds" / "apex-omnihub-plugin-architecture.md"
WRITTEN = {"id": "two-files", "version": "1.0.0", "entrypoint": "main.ts"}
OUTSIDE = "export const secret = 'outside';"


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    """Give a sandbox."""
    return make_sandbox(tmp_path / "data")


def folder(path: Path, code: str, **fields: Any) -> Path:
    """Write a plugin of a folder."""
    write(path, "plugin.json", json.dumps({**WRITTEN, **fields}))
    write(path, "main.ts", code)
    return path


def ready(*hooks: str, **plugin: Any) -> Ready:
    """Make what a guest says when it has loaded the plugin."""
    return Ready(1, "nonce", plugin, list(hooks))


def block(title: str) -> str:
    """Answer the code under a heading of the design."""
    section = SEED.read_text(encoding="utf-8").split(f"### {title}\n")[1]
    return section.split("```typescript\n")[1].split("```")[0]


@pytest.mark.checklist("A-61")
def test_example_is_the_designs_byte_for_byte() -> None:
    """The minimal plugin is the one of the design document."""
    example = (EXAMPLES / "hello-world.ts").read_bytes()
    assert example == block("Minimal Plugin Structure").encode()


@pytest.mark.anyio
@pytest.mark.checklist("A-24", "A-61", "A-62")
async def test_designs_plugin_greets(sandbox: Sandbox) -> None:
    """As it stands, with a type that it does not import, it is loaded and called."""
    async with sandbox.running(EXAMPLES / "hello-world.ts") as guest:
        payload = {"userId": "u", "dashboardId": "d"}
        answer = await guest.call_hook("onDashboardLoad", payload, CallContext())
    assert answer == {
        "customWidgets": [
            {
                "id": "hello-widget",
                "component": "HelloWorld",
                "props": {"message": "Hello from plugin!"},
            }
        ]
    }


@pytest.mark.anyio
@pytest.mark.checklist("A-08", "A-09")
async def test_designs_registration_is_read(sandbox: Sandbox, tmp_path: Path) -> None:
    """`pluginRegistry.register` with the documented import says what the plugin is."""
    path = write(tmp_path, "analytics.ts", block("Phase 1: Registration"))
    manifest = await sandbox.runtime.describe(path)
    assert (manifest.id, manifest.name) == ("custom-analytics", "Custom Analytics Dashboard")
    assert (manifest.version, manifest.author) == ("1.0.0", "ACME Corp")
    assert manifest.permissions == ("data:read", "ui:render")
    assert manifest.hooks == ("onDashboardLoad", "onDataFetch")


@pytest.mark.anyio
async def test_example_of_a_folder_runs(sandbox: Sandbox) -> None:
    """Sign-ins are counted, told, and drawn."""
    async with sandbox.running(EXAMPLES / "team-pulse") as guest:
        assert guest.hooks == ("onDashboardLoad", "onAuthSuccess")
        for user in ("ada", "bob", "ada"):
            await guest.call_hook("onAuthSuccess", {"userId": user}, CallContext())
        answer = await guest.call_hook("onDashboardLoad", {}, CallContext())
    [stat, chart] = answer["customWidgets"]
    assert stat["props"] == {"label": "since the hub started", "value": 3, "hint": "2 people"}
    assert sum(chart["props"]["values"]) == 3
    assert [method for _ctx, method, _params in sandbox.door.asked] == ["events.emit"] * 3


@pytest.mark.anyio
async def test_bare_file_without_facts_gets_defaults(sandbox: Sandbox, tmp_path: Path) -> None:
    """Id and entrypoint are those of the file, the version says that there is none."""
    path = write(tmp_path, "tiny_one.js", "export default { hooks: {} };")
    manifest = await sandbox.runtime.describe(path)
    assert manifest == Manifest(
        id=manifest.id, version="0.0.0", entrypoint="tiny_one.js", name="Tiny One"
    )
    assert manifest.id == "tiny-one"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("code", "message", "where"),
    [
        ("export default { id: 'x', hooks: { onDashbordLoad() {} } };", "onDashboardLoad", "hooks"),
        ("export default { id: 'x', permisions: [] };", "permissions", "permisions"),
        ("export default { id: 'x', version: 1 };", "semantic version", "version"),
        ("export default { id: 'Not An Id' };", "plugin id", "id"),
        ("export default { id: 'x', permissions: ['root'] };", "root", "permissions"),
    ],
)
async def test_wrong_fact_is_named(
    sandbox: Sandbox, tmp_path: Path, code: str, message: str, where: str
) -> None:
    """What is wrong is said with its place, and what was meant where that can be guessed."""
    with pytest.raises(ManifestError, match=message) as caught:
        await sandbox.runtime.describe(write(tmp_path, "x.ts", code))
    assert caught.value.where.startswith(where)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("export const x = 5;", "exports no plugin"),
        ("export default 5;", "exports no plugin"),
        ("export default { hooks: { onDashboardLoad: 5 } };", "is no function"),
        ("import './missing.ts';", "missing.ts"),
        ("import fs from 'node:fs'; export default fs;", "Node's modules are not available"),
        ("import 'fs';", "Node's modules are not available"),
        ("import 'npm:left-pad';", "npm"),
        ("import 'https://example.com/x.ts';", "nothing from the network"),
    ],
)
async def test_module_that_is_no_plugin_is_refused(
    sandbox: Sandbox, tmp_path: Path, code: str, message: str
) -> None:
    """What it lacks is said."""
    with pytest.raises(PluginLoadError, match=message):
        await sandbox.runtime.describe(write(tmp_path, "x.ts", code))


@pytest.mark.anyio
async def test_own_files_are_importable(sandbox: Sandbox, tmp_path: Path) -> None:
    """Modules of the package load, at once and later, whatever the folder is called."""
    code = """
    import { word } from "./lib/word.ts";
    import type { HookContext } from "@plexihub/sdk";
    import { Veto } from "@plexihub/sdk";
    import facts from "./facts.json" with { type: "json" };
    export default { hooks: { async onDashboardLoad(_: HookContext) {
      const { later } = await import("./lib/later.ts");
      return [word, later, facts.n, Veto === globalThis.Veto];
    } } };
    """
    path = folder(tmp_path / "a b %20 ü", code)
    write(path, "lib/word.ts", "export const word: string = 'now';")
    write(
        path, "lib/later.ts", "import { word } from './word.ts'; export const later = word + '!';"
    )
    write(path, "facts.json", '{"n": 7}')
    async with sandbox.running(path) as guest:
        answer = await guest.call_hook("onDashboardLoad", {}, CallContext())
    assert answer == ["now", "now!", 7, True]


@pytest.mark.anyio
@pytest.mark.checklist("A-20")
@pytest.mark.parametrize("specifier", ["../secret.ts", "../own/../secret.ts", "{absolute}"])
async def test_import_from_outside_is_refused(
    sandbox: Sandbox, tmp_path: Path, specifier: str
) -> None:
    """A static import leads no further than the package."""
    secret = write(tmp_path, "secret.ts", OUTSIDE)
    specifier = specifier.format(absolute=secret.as_uri())
    code = f"import {{ secret }} from '{specifier}'; export default {{ name: secret }};"
    with pytest.raises(PluginLoadError, match="no such file"):
        await sandbox.runtime.describe(folder(tmp_path / "own", code))


@pytest.mark.anyio
async def test_neighbour_of_a_bare_file_is_unreadable(sandbox: Sandbox, tmp_path: Path) -> None:
    """A bare file is a package of one."""
    write(tmp_path, "secret.ts", OUTSIDE)
    path = write(tmp_path, "x.ts", "import './secret.ts'; export default {};")
    with pytest.raises(PluginLoadError, match="no such file"):
        await sandbox.runtime.describe(path)


@pytest.mark.checklist("A-20")
def test_link_out_of_the_package_is_refused(tmp_path: Path) -> None:
    """A symbolic link would be read as a file of the package."""
    path = folder(tmp_path / "own", "export default {};")
    (path / "lib").mkdir()
    (path / "lib" / "passwd.ts").symlink_to("/etc/passwd")
    with pytest.raises(PluginLoadError, match="symbolic link"):
        open_package(path, DenoRuntime.suffixes)


def test_missing_entrypoint_is_named(tmp_path: Path) -> None:
    """The manifest's entrypoint must be there."""
    path = folder(tmp_path, "export default {};", entrypoint="src/gone.ts")
    with pytest.raises(PluginLoadError, match=r"src/gone\.ts"):
        open_package(path, DenoRuntime.suffixes)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": "x"}', "\ud800", '{"x": 1}'])
def test_wrong_manifest_file_is_refused(tmp_path: Path, text: str) -> None:
    """plugin.json must be what it should."""
    (tmp_path / "plugin.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ManifestError):
        open_package(tmp_path, DenoRuntime.suffixes)


def test_module_and_manifest_must_agree(tmp_path: Path) -> None:
    """Two ids or versions are one too many."""
    package = open_package(folder(tmp_path, "export default {};"), DenoRuntime.suffixes)
    for said in ({"id": "another"}, {"version": "2.0.0"}):
        with pytest.raises(ManifestError, match=r"plugin\.json says"):
            manifest_of(package, ready(**said))
    assert manifest_of(package, ready(id="two-files")).id == "two-files"


def test_hooks_of_the_code_count_where_the_manifest_names_none(tmp_path: Path) -> None:
    """Without a list in plugin.json, what is exported is what there is."""
    package = open_package(folder(tmp_path, ""), DenoRuntime.suffixes)
    assert manifest_of(package, ready("onAuthSuccess")).hooks == ("onAuthSuccess",)
    with pytest.raises(ManifestError, match="Did you mean 'onAuthSuccess'"):
        manifest_of(package, ready("onAuthSucess"))


@pytest.mark.anyio
@pytest.mark.checklist("A-21")
async def test_undeclared_hook_is_not_offered(sandbox: Sandbox, tmp_path: Path) -> None:
    """A manifest that lists its hooks hides those it does not list."""
    code = "export default { hooks: { onAuthSuccess() {}, onDashboardLoad() {} } };"
    path = folder(tmp_path / "own", code, hooks=["onAuthSuccess", "onDataFetch"])
    async with sandbox.running(path) as guest:
        assert guest.hooks == ("onAuthSuccess",)


def test_installed_bare_file_is_found_in_its_folder(tmp_path: Path) -> None:
    """What was installed from one file runs from its folder, and may read that file only."""
    path = write(tmp_path, "x.ts", "export default {};")
    manifest = manifest_of(open_package(path, DenoRuntime.suffixes), ready())
    package = open_installed(tmp_path, manifest, DenoRuntime.suffixes)
    assert (package.entry, package.readable) == (path, path)
