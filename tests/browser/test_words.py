"""The second design's lines as written, seen in a browser by somebody else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.hub import RunningHub
from tests.support.seed import block

pytestmark = [pytest.mark.browser, pytest.mark.slow]
[RENDER] = re.findall(r"^await plugin\.api\.renderWidget.*$", block("API Methods"), re.MULTILINE)
PLUGIN = f"""
export default {{
  id: "draws", version: "1.0.0", permissions: ["ui:render"],
  hooks: {{
    async onActionExecute(_context: unknown, plugin: any) {{
      {RENDER}
      return {{ result: "drawn" }};
    }},
    onDashboardLoad: ({{ dashboardId }}: HookContext) => ({{
      customWidgets: [{{ id: "where", component: "Stat", title: "Where",
        props: {{ value: "here", label: dashboardId }} }}],
    }}),
  }},
}};
"""


@pytest.fixture
def installed(hub: RunningHub, tmp_path: Path) -> Iterator[RunningHub]:
    """Install and enable a plugin that draws."""
    source = tmp_path / "draws.ts"
    source.write_text(PLUGIN)
    done = hub.run("plugin", "install", str(source), "--yes", "--enable")
    assert done.returncode == 0, done.stdout + done.stderr
    yield hub
    hub.run("plugin", "remove", "draws")


@pytest.mark.checklist("A-24", "A-29")
def test_widgets_of_both_ways_are_on_the_dashboard_that_was_loaded(
    sign_in: Callable[..., Page], installed: RunningHub
) -> None:
    """One person's action draws the chart for everybody; the hook's widget names its dashboard."""
    client = installed.client("ada")
    boards = [client.post("/dashboards", json={"title": one}).json()["id"] for one in ("A", "B")]
    assert client.post("/actions", json={"action": "draw"}).json()["result"] == "drawn"
    client.close()
    page = sign_in("grace", f"/dashboards/{boards[0]}")
    for board, other in (boards, reversed(boards)):
        page.goto(f"{installed.url}/dashboards/{board}")
        expect(page.get_by_text("CustomChart").first).to_be_visible()
        expect(page.get_by_text(board)).to_be_visible()
        expect(page.get_by_text(other)).to_have_count(0)
