"""Two people in two browsers, and one hub with its demo content."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support.hub import RunningHub, running_hub

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EXPECT_MILLISECONDS = 15_000
SignIn = Callable[..., Page]


@pytest.fixture(scope="package")
def browser(chromium: Path) -> Iterator[Browser]:
    """Start the machine's own Chromium, without a window."""
    expect.set_options(timeout=EXPECT_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """Serve a hub with demo content."""
    with running_hub(tmp_path_factory.mktemp("browser") / "data") as hub:
        yield hub


@pytest.fixture
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser profiles that are closed after the test, and demand quiet consoles."""
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture
def sign_in(hub: RunningHub, contexts: Callable[..., BrowserContext]) -> SignIn:
    """Sign a person in with a browser profile of their own."""

    def enter(username: str, path: str = "/", **options: object) -> Page:
        page = contexts(**options).new_page()
        page.goto(hub.url + path)
        page.get_by_label("Username").fill(username)
        page.get_by_label("Password", exact=True).fill(hub.password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Password", exact=True).wait_for(state="detached")
        return page

    return enter
