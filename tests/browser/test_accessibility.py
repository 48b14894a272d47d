"""Every page passes axe-core, in light and dark, on a phone and on a wide screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = (
    "/chat",
    "/dashboards",
    "/people",
    "/people/ada",
    "/admin/plugins",
    "/admin/plugins/hello-world",
    "/admin/jobs",
    "/admin/backups",
    "/admin/audit",
    "/admin/settings",
)
SCREENS = {
    "phone, dark": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    "wide, light": {"viewport": {"width": 1600, "height": 1000}, "color_scheme": "light"},
}


def problems(page: Page) -> list[str]:
    """Run axe-core in the page and describe what it found."""
    page.wait_for_load_state("networkidle")
    # The page's policy forbids inline scripts, so the checker comes in through the debugger.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']}: {json.dumps([node['target'] for node in one['nodes']])}"
        for one in found["violations"]
    ]


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_pass_axe(sign_in: Callable[..., Page], hub: RunningHub, screen: str) -> None:
    """No page has a violation."""
    page = sign_in("ada", **SCREENS[screen])
    found = {}
    for path in PAGES:
        page.goto(hub.url + path)
        if left := problems(page):
            found[path] = left
    assert found == {}


def test_sign_in_page_passes_axe(hub: RunningHub, contexts: Callable[..., BrowserContext]) -> None:
    """The first page that anybody sees has no violation either."""
    page = contexts().new_page()
    page.goto(hub.url)
    page.get_by_label("Username").wait_for()
    assert problems(page) == []
