"""Make the picture in `docs/images` from a running hub: `make screenshots`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import FLAGS
from tests.support.hub import RunningHub, running_hub
from tests.support.services import find_chromium

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SIZE = {"width": 1280, "height": 760}


def main() -> None:
    """Serve a hub with demo content and photograph it."""
    program = find_chromium()
    if program is None:
        raise SystemExit("Chromium is missing (Debian: apt-get install chromium).")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_hub(Path(folder) / "data") as hub,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        page = browser.new_context(viewport=SIZE).new_page()  # type: ignore[arg-type]
        _sign_in(page, hub)
        _photograph(page, hub)
        browser.close()


def _sign_in(page: Page, hub: RunningHub) -> None:
    page.goto(hub.url)
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password", exact=True).fill(hub.password)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Password", exact=True).wait_for(state="detached")


def _photograph(page: Page, hub: RunningHub) -> None:
    page.goto(f"{hub.url}/dashboards")
    page.get_by_role("link", name="Team overview").first.click()
    page.get_by_text("Hello from plugin!").wait_for()
    page.screenshot(path=IMAGES / "hub.png")


if __name__ == "__main__":
    main()
