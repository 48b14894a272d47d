"""What the author of a sandboxed plugin is told when something is wrong: which, where, and why."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.plugins import Running, hub_here

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-21")]

PYTHON = """PLUGIN = {"id": "boom", "permissions": ["ui:render"]}

def deep(given):
    return given["nope"]

def on_dashboard_load():
    return deep({})
"""
TYPESCRIPT = """export default { id: "boom", version: "1.0.0", permissions: ["ui:render"],
  hooks: {
    onDashboardLoad() {
      const given: Record<string, { text: string }> = {};
      return given.nope!.text;
    },
  } };
"""


@pytest.fixture
async def running(tmp_path: Path, anyio_backend: object) -> AsyncIterator[Running]:
    """Run a hub without plugins."""
    del anyio_backend
    async with hub_here(tmp_path) as running:
        running.folder.mkdir()
        yield running


async def refused(running: Running, name: str, code: str) -> dict[str, str]:
    """Try to install a plugin that cannot be loaded."""
    source = running.folder / name
    source.write_text(code)
    answer = await running.post("/plugins", source=str(source))
    assert answer.status_code == 400, answer.text
    error: dict[str, str] = answer.json()["error"]
    return error


@pytest.mark.parametrize(
    ("name", "code", "place", "says"),
    [
        ("boom.py", PYTHON, "boom.py:4", "KeyError"),
        ("boom.ts", TYPESCRIPT, "boom.ts:5", "TypeError"),
    ],
)
async def test_failure_of_a_hook_is_shown_with_file_and_line(
    running: Running, caplog: pytest.LogCaptureFixture, name: str, code: str, place: str, says: str
) -> None:
    """The plugin's health has the place, the hub's log the stack, of the plugin's frames alone."""
    source = running.folder / name
    source.write_text(code)
    assert (await running.post("/plugins", source=str(source))).status_code == 201
    assert (await running.post("/plugins/boom/enable")).status_code == 200
    with caplog.at_level(logging.ERROR, "plexihub.plugin.boom"):
        payload = {"userId": "u", "dashboardId": "d"}
        await running.hub.ask("dashboard.loading", payload, role="member")
    last = (await running.get("/plugins/boom")).json()["health"]["last_error"]
    assert last.startswith(f"{says}: ")
    assert last.endswith(f"({place})")
    lines = [one.message for one in caplog.records if one.name == "plexihub.plugin.boom"]
    assert any(says in line for line in lines)
    assert any(name in line for line in lines)
    assert not [line for line in lines if "guest" in line or str(running.folder.parent) in line]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ("https://esm.sh/zod", "is not in the package"),
        ("npm:lodash", "nothing from npm"),
        ("lodash", "import it by './' (lodash)"),
        ("./away.ts", "no such file in the plugin's folder (away.ts)"),
        ("node:fs", "Use what plugin.api offers"),
    ],
)
async def test_import_that_cannot_be_is_told_in_terms_of_the_plugin(
    running: Running, wanted: str, says: str
) -> None:
    """Never by the flags of a program that the author does not run."""
    code = f'import it from "{wanted}";\nexport default {{ name: `${{it}}` }};\n'
    error = await refused(running, "asks.ts", code)
    assert says in error["message"]
    assert "--" not in error["message"]
    assert str(running.folder.parent) not in error["message"]


async def test_module_that_python_lacks_is_named_with_its_line(running: Running) -> None:
    """And what to use in its place."""
    error = await refused(running, "asks.py", "PLUGIN = {}\nimport requests\n")
    assert "Use plugin.api.fetch" in error["message"]
    assert error["where"].startswith("asks.py:2")
