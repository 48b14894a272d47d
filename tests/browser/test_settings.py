"""Settings as a form: what plugins bring, what is refused, and what another browser sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessibility import problems
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SignIn = Callable[..., Page]
KEY = "sk-0123456789abcdef"
PLUGIN = """
SETTINGS = {
    "title": "Weather desk",
    "description": "Where the weather comes from.",
    "properties": {
        "fetch": {"type": "boolean", "default": True},
        "units": {"type": "string", "enum": ["metric", "imperial"], "default": "metric"},
        "minutes": {"type": "integer", "default": 15, "minimum": 5, "maximum": 60},
        "api_key": {"type": "string", "writeOnly": True, "minLength": 8, "title": "API key"},
        "towns": {"type": "array", "items": {"type": "string"}, "default": ["Vienna"]},
    },
}


class WeatherDeskPlugin:
    def __init__(self, context):
        context.get_service("config").register_section(SETTINGS)
"""


@pytest.fixture
def weather(hub: RunningHub, tmp_path: Path) -> Iterator[RunningHub]:
    """Install a plugin with a setting of every kind, enabled."""
    source = tmp_path / "weather_desk.py"
    source.write_text(PLUGIN)
    consent = ("--trusted", "--consent", "I trust weather-desk", "--enable")
    done = hub.run("plugin", "install", str(source), *consent)
    assert done.returncode == 0, done.stdout + done.stderr
    yield hub
    done = hub.run("plugin", "remove", "weather-desk")
    assert done.returncode == 0, done.stdout + done.stderr


def section(page: Page) -> Locator:
    """Find the plugin's section."""
    return page.get_by_role("region", name="Weather desk settings")


@pytest.mark.checklist("P-32")
def test_plugins_settings_are_a_form(weather: RunningHub, sign_in: SignIn) -> None:
    """Each kind has its field; what the schema refuses stands beside it; the rest is kept."""
    page, other = sign_in("ada", "/admin/settings"), sign_in("ada", "/admin/settings")
    expect(section(page).get_by_role("link", name="Plugin weather-desk")).to_be_visible()
    minutes = section(page).get_by_label("Minutes")
    minutes.fill("2")
    minutes.press("Enter")
    expect(section(page).get_by_role("alert")).to_have_text("Must be from 5 to 60, not 2.")
    expect(minutes).to_have_attribute("aria-invalid", "true")
    minutes.fill("30")
    minutes.press("Enter")
    expect(section(page).get_by_text("set here")).to_have_count(1)
    section(page).get_by_label("Units").select_option("imperial")
    section(page).get_by_role("switch", name="Fetch").uncheck()
    section(page).get_by_label("Towns").fill("Vienna\nGraz")
    section(page).get_by_role("button", name="Save Towns").click()
    section(page).get_by_label("API key").fill(KEY)
    section(page).get_by_role("button", name="Save API key").click()
    expect(section(page).get_by_text("set here")).to_have_count(5)
    # The other browser was never reloaded.
    expect(section(other).get_by_label("Minutes")).to_have_value("30")
    expect(section(other).get_by_label("Units")).to_have_value("imperial")
    expect(section(other).get_by_role("switch", name="Fetch")).not_to_be_checked()
    expect(section(other).get_by_label("Towns")).to_have_value("Vienna\nGraz")
    expect(section(other).get_by_label("API key")).to_have_value("")
    shown = section(other).get_by_label("API key")
    expect(shown).to_have_attribute("placeholder", "set; type to replace it")
    assert KEY not in other.request.get(f"{weather.url}/api/v1/config").text()
    assert problems(page) == []
    section(page).get_by_role("button", name="Reset Minutes").click()
    expect(section(other).get_by_label("Minutes")).to_have_value("15")
    # Without its plugin there is no section; with it, its values are back.
    weather.run("plugin", "disable", "weather-desk")
    expect(section(other)).to_have_count(0)
    weather.run("plugin", "enable", "weather-desk")
    expect(section(other).get_by_label("Units")).to_have_value("imperial")


def test_search_finds_settings_and_says_where_none_is(weather: RunningHub, sign_in: SignIn) -> None:
    """Words of a title, a key or a description find a setting."""
    page = sign_in("ada", "/admin/settings")
    expect(section(page)).to_be_visible()
    beyond = "document.documentElement.scrollHeight - document.documentElement.clientHeight"
    assert page.evaluate(beyond) == 0  # the list scrolls; the window with the navigation never does
    page.get_by_label("Search").fill("request filter mode")
    expect(section(page)).to_have_count(0)
    answer = page.get_by_label("Request filter's answer")
    expect(answer).to_have_value("block")
    page.get_by_label("Search").fill("no such thing")
    expect(page.get_by_text("No setting matches")).to_be_visible()
