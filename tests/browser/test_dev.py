"""An author writes a plugin: what is saved is seen at once, what is broken is told where it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_accessibility import problems
from tests.support.dev import Dev, new_plugin, running_dev

pytestmark = [pytest.mark.browser, pytest.mark.slow]
BROKEN = {
    "typescript": ("main.ts", "hooks: {", "hooks: {{", "main.ts:"),
    "python": ("main.py", "async def on_command", "async def def on_command", "main.py:26"),
}


def opened(dev: Dev, contexts: Callable[..., BrowserContext]) -> Page:
    """Open the printed link, and answer the page, which was never loaded anew since."""
    page = contexts(viewport={"width": 1280, "height": 800}).new_page()
    page.goto(dev.link)
    expect(page.get_by_text("greetings so far")).to_be_visible()
    assert "sign-in=" not in page.url
    page.evaluate("globalThis.kept = 'this page'")
    return page


@pytest.mark.parametrize("language", list(BROKEN))
def test_saves_are_seen_and_errors_shown_where_they_are(
    contexts: Callable[..., BrowserContext], tmp_path: Path, language: str
) -> None:
    """From `new` to a card, through a change, a mistake and its mending, in one page."""
    name, good, bad, place = BROKEN[language]
    folder = new_plugin(tmp_path, "team-notes", f"--{language}")
    with running_dev(folder) as dev:
        page = opened(dev, contexts)
        dev.edit(name, "greetings so far", "hellos so far")
        expect(page.get_by_text("hellos so far")).to_be_visible()
        dev.edit(name, good, bad)
        shown = page.get_by_role("alert", name="team-notes is broken")
        expect(shown).to_contain_text(place)
        expect(page.get_by_text("hellos so far")).to_be_visible()
        assert problems(page) == []
        page.screenshot(path=str(tmp_path / f"broken-{language}.png"))
        dev.wait_for("goes on until this is mended")
        dev.edit(name, bad, good)
        expect(shown).to_be_hidden()
        dev.edit(name, "hellos so far", "cheers so far")
        expect(page.get_by_text("cheers so far")).to_be_visible()
        assert page.evaluate("globalThis.kept") == "this page"
        _look_at_card(page, dev, tmp_path / f"card-{language}.png")
    assert place in dev.output


def _look_at_card(page: Page, dev: Dev, picture: Path) -> None:
    page.goto(f"{dev.url}/admin/plugins/team-notes")
    card = page.get_by_role("region", name="Developer")
    expect(card.get_by_text("runs", exact=True)).to_be_visible()
    expect(card.get_by_text("storage:own")).to_be_visible()
    assert problems(page) == []
    page.screenshot(path=str(picture))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_link_signs_in_once(contexts: Callable[..., BrowserContext], tmp_path: Path) -> None:
    """A second browser that opens it stands before the sign-in page, and is told why."""
    with running_dev(new_plugin(tmp_path, "team-notes", "--python")) as dev:
        opened(dev, contexts)
        second = contexts().new_page()
        second.goto(dev.link)
        expect(second.get_by_text("was used already")).to_be_visible()
        expect(second.get_by_label("Username")).to_be_visible()
