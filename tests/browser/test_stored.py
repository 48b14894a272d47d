"""A sandboxed plugin's page tells how much it keeps, and how much it may."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessibility import problems
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KEEPS = """
async function keep() {
  await plugin.api.storage.set("a", "x".repeat(3000));
  await plugin.api.files.write("notes/one.txt", "hello");
  await plugin.api.tables.insert("votes", { poll: "lunch" });
}
setTimeout(() => keep().catch(() => 0), 0);  // while it is only looked at, nothing is granted
export default { id: "keeps", name: "Keeps", version: "1.0.0",
  permissions: ["storage:own", "files:own"], tables: { votes: { columns: { poll: "text" } } },
  hooks: { onDashboardLoad() { return null; } } };
"""


def test_page_tells_what_a_plugin_keeps(
    sign_in: Callable[..., Page], hub: RunningHub, tmp_path: Path
) -> None:
    """Values, rows and files, each beside its limit; the removal names them."""
    source = tmp_path / "keeps.ts"
    source.write_text(KEEPS, encoding="utf-8")
    done = hub.run("plugin", "install", str(source), "--yes", "--enable")
    assert done.returncode == 0, done.stderr
    page = sign_in("ada", "/admin/plugins/keeps")
    card = page.get_by_role("region", name="Stored")
    expect(card.get_by_role("row", name="Values by key")).to_contain_text("1 of 10,000")
    expect(card.get_by_role("row", name="Values by key")).to_contain_text("3 KiB of 5.0 MiB")
    expect(card.get_by_role("row", name="Rows in its tables")).to_contain_text("1 of 50,000")
    expect(card.get_by_role("row", name="Files")).to_contain_text("5 bytes of 50.0 MiB")
    assert problems(page) == []
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("1 value by key (3 KiB)")).to_be_visible()
