"""A sandboxed plugin's page draws what it uses while one looks, and lets one change its limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import problems
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BUSY = """
setInterval(() => { const end = Date.now() + 30; while (Date.now() < end); }, 500);
export default { id: "beats", name: "Beats", version: "1.0.0",
  hooks: { onDashboardLoad() { return null; } } };
"""


def drawn(page: Page) -> str:
    """Read the line of the first graph."""
    line = page.get_by_role("img", name="Processor").locator("path.line")
    return line.get_attribute("d") or ""


@pytest.mark.checklist("A-13", "A-14")
def test_page_draws_usage_and_changes_limits(
    sign_in: Callable[..., Page], hub: RunningHub, tmp_path: Path
) -> None:
    """The graph grows by itself; a refused limit says why; a good one is there after a reload."""
    source = tmp_path / "beats.ts"
    source.write_text(BUSY, encoding="utf-8")
    done = hub.run("plugin", "install", str(source), "--yes", "--enable")
    assert done.returncode == 0, done.stderr
    page = sign_in("ada", "/admin/plugins/beats")
    graph = page.get_by_role("img", name="Processor")
    expect(graph.locator("path.line")).not_to_have_attribute("d", "")
    box, before = graph.bounding_box(), drawn(page)
    expect(graph.locator("path.line")).not_to_have_attribute("d", before)
    assert graph.bounding_box() == box
    assert "10 % are allowed." in (graph.get_attribute("aria-label") or "")
    assert problems(page) == []

    page.get_by_role("button", name="Change limits").click()
    memory = page.get_by_label("Memory (MiB)")
    memory.fill("3")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    memory.fill("80")
    page.get_by_label("Processor time (%)").fill("12.5")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    row = page.get_by_role("row", name="Memory")
    expect(row).to_contain_text("80 MiB")
    expect(row).to_contain_text("at its next start")
    expect(page.get_by_role("row", name="Processor time")).not_to_contain_text("next start")
    page.get_by_role("button", name="Reload").click()
    expect(row).not_to_contain_text("at its next start")
    page.reload()
    expect(page.get_by_role("row", name="Memory")).to_contain_text("its own")
    shown = hub.run("plugin", "limits", "beats").stdout
    assert "80 MiB" in shown
    assert "12.5 %" in shown
    shown = hub.run("plugin", "limits", "beats", "--reset", "--cpu-percent", "20").stdout
    assert "50 MiB" in shown
    assert "20 %" in shown
    assert "plexihub plugin reload beats" in shown
    refused = hub.run("plugin", "limits", "beats", "--memory-mb", "1")
    assert refused.returncode == 2
    assert "Memory must be from 8 to 4096 MiB, not 1." in refused.stderr
    assert hub.run("plugin", "remove", "beats").returncode == 0
