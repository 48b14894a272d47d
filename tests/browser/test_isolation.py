"""The page Plugins says how well this machine holds sandboxed plugins, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.test_accessibility import problems
from tests.support.hub import running_hub
from tests.support.lesser import OLD_CONTAINER

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.checklist("A-05")]


def test_whole_machine_is_one_line(sign_in: Callable[..., Page]) -> None:
    """Level and layers are there; each layer is one look away."""
    card = sign_in("ada", "/admin/plugins").get_by_role("region", name="Isolation")
    expect(card).to_contain_text("Isolation of sandboxed plugins")
    card.get_by_text("17 layers").click()
    expect(card.get_by_role("list", name="Layers").get_by_role("listitem")).to_have_count(17)


def test_lesser_machine_says_what_it_lacks_and_a_demand_what_stopped(
    contexts: Callable[..., BrowserContext], tmp_path: Path
) -> None:
    """A hub on an old kernel in a container names each loss; a demand shows at once."""
    with running_hub(tmp_path / "data", wrapper=OLD_CONTAINER) as hub:
        page = contexts().new_page()
        page.goto(hub.url + "/admin/plugins")
        page.get_by_label("Username").fill("ada")
        page.get_by_label("Password", exact=True).fill(hub.password)
        page.get_by_role("button", name="Sign in").click()
        card = page.get_by_role("region", name="Isolation")
        expect(card.locator("[data-level]")).to_have_text("weak")
        expect(card).to_contain_text("A plugin could read files that everybody")
        expect(card).to_contain_text("Allow user namespaces")
        assert problems(page) == []
        done = hub.run("config", "set", "plugins.least_isolation", "strong")
        assert done.returncode == 0, done.stderr
        expect(card.get_by_role("alert")).to_contain_text("Sandboxed plugins do not run")
        expect(page.locator("[data-plugin=hello-world]")).to_contain_text("level strong")
        amiss = hub.run("doctor")
        assert amiss.returncode == 1
        assert "strong is asked for" in amiss.stdout
