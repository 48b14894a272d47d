"""Trusted plugins bring their own files, elements, buttons, styles and scripts to the pages."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.ownership import Ownership
from plexihub.services.ui import LiveHub, UiRegistry
from plexihub_sdk import (
    Command,
    ComposerButton,
    ElementWidget,
    MessageAction,
    Panel,
    ProfileTab,
    SettingsButton,
    Widget,
)
from plexihub_sdk.errors import (
    ConflictError,
    InputError,
    LimitExceededError,
    NotFoundError,
    PlexiHubError,
    TooLargeError,
)
from tests.unit.services.ui.test_registry import ADA, BOB, NOTES, OTHER, acting

pytestmark = pytest.mark.anyio

PANEL = Panel(id="notes", title="Notes", path="/notes", element="my-notes", module="notes.js")
TAB = ProfileTab(id="about", title="About", element="my-about", module="notes.js")
BUTTON = SettingsButton(id="tidy", label="Tidy", route="/api/v1/notes/tidy")
ACTION = MessageAction(id="keep", label="Keep", route="/api/v1/notes/keep")
COMPOSER = ComposerButton(id="tidy", label="Tidy", route="/api/v1/notes/tidy-draft")
COMMAND = Command(name="note", description="Keep a note")
WIDGET = ElementWidget(id="clock", element="my-clock", module="notes.js", title="Clock")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A plugin's folder."""
    root = tmp_path / "notes"
    (root / "img").mkdir(parents=True)
    (root / "notes.js").write_text("export {};")
    (root / "theme.css").write_text("a{}")
    (root / "img" / "dot.svg").write_text("<svg/>")
    (root / "plugin.py").write_text("SECRET = 1")
    (root / "large.js").write_bytes(b" " * (1024 * 1024 + 1))
    (tmp_path / "outside.js").write_text("0")
    (root / "link.js").symlink_to(tmp_path / "outside.js")
    return root


@pytest.fixture
async def ui(ownership: Ownership, folder: Path, anyio_backend: object) -> UiRegistry:
    """A registry that knows the folder."""
    return UiRegistry(ownership, LiveHub(), lambda plugin: folder if plugin == NOTES else None)


def bring_everything(ui: UiRegistry) -> None:
    """Register one contribution of each kind, as the plugin."""
    with acting(NOTES):
        ui.register_panel(PANEL)
        ui.register_profile_tab(TAB)
        ui.register_settings_button(BUTTON)
        ui.register_message_action(ACTION)
        ui.register_composer_button(COMPOSER)
        ui.register_command(COMMAND, lambda call: call.text)
        ui.register_widget(WIDGET)
        ui.register_widget(Widget(id="text", component="Text", props={"text": "Hi"}))
        ui.register_file("img/dot.svg")
        ui.inject_css("b{}")
        ui.inject_css(file="theme.css")
        ui.inject_script("notes.js")


async def test_everything_is_listed_with_its_owner_and_gone_with_it(
    ui: UiRegistry, ownership: Ownership
) -> None:
    """Each kind names the plugin; dropping the plugin leaves no entry and no file."""
    bring_everything(ui)
    listed = ui.contributions_for(ADA)
    counts = {kind: len(found) for kind, found in listed.items()}
    assert counts == {
        "panels": 1,
        "widgets": 2,
        "profile_tabs": 1,
        "settings_buttons": 1,
        "message_actions": 1,
        "composer_buttons": 1,
        "commands": 1,
        "styles": 2,
        "scripts": 1,
    }
    assert {one["owner"] for found in listed.values() for one in found} == {"notes"}
    assert {kind: len(names) for kind, names in ui.contributions(NOTES).items()} == counts
    ownership.drop(NOTES)
    assert not any(ui.contributions_for(ADA).values())
    for name in ("notes.js", "theme.css", "img/dot.svg"):
        assert ui.files.find("notes", name) is None


async def test_module_has_address_of_its_version(ui: UiRegistry) -> None:
    """A page asks for the file as it was when it was registered."""
    with acting(NOTES):
        ui.register_profile_tab(TAB)
    (tab,) = ui.contributions_for(BOB)["profile_tabs"]
    file = ui.files.find("notes", "notes.js")
    assert file is not None
    assert tab["module"] == f"plugins/notes/notes.js?v={file.version}"
    assert (file.data, file.content_type) == (b"export {};", "text/javascript; charset=utf-8")


async def test_file_stays_while_something_needs_it(ui: UiRegistry) -> None:
    """Two contributions of one module: the file goes with the last."""
    with acting(NOTES):
        first, second = ui.register_panel(PANEL), ui.register_profile_tab(TAB)
    first()
    assert ui.files.find("notes", "notes.js") is not None
    second()
    assert ui.files.find("notes", "notes.js") is None


async def test_members_are_not_told_of_settings_buttons(ui: UiRegistry) -> None:
    """The settings page is the administrators'."""
    bring_everything(ui)
    assert ui.contributions_for(BOB)["settings_buttons"] == []
    assert ui.contributions_for(None)["settings_buttons"] == []


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("plugin.py", InputError),
        ("../outside.js", InputError),
        ("/etc/passwd.js", InputError),
        (".hidden.js", InputError),
        ("a\\b.js", InputError),
        ("link.js", InputError),
        ("missing.js", NotFoundError),
        ("large.js", TooLargeError),
    ],
)
async def test_file_that_cannot_be_served_is_refused(
    ui: UiRegistry, name: str, error: type[PlexiHubError]
) -> None:
    """Nothing outside the folder, no source code, nothing endless; nothing is left behind."""
    with acting(NOTES):
        with pytest.raises(error):
            ui.register_file(name)
        with pytest.raises(error):
            ui.inject_script(name if name.endswith(".js") else "../x.js")
    assert not any(ui.contributions(NOTES).values())


async def test_plugin_without_folder_serves_nothing(ui: UiRegistry) -> None:
    """A plugin of one file may inject text, and nothing else."""
    with acting(OTHER):
        with pytest.raises(NotFoundError):
            ui.inject_script("notes.js")
        ui.inject_css("a{}")
    (style,) = ui.contributions_for(BOB)["styles"]
    assert style["address"].startswith("plugins/other/injected-")


@pytest.mark.parametrize(
    ("register", "where"),
    [
        (lambda ui: ui.register_settings_button(replace(BUTTON, route="/notes/tidy")), "route"),
        (lambda ui: ui.register_settings_button(replace(BUTTON, label="")), "label"),
        (lambda ui: ui.register_message_action(replace(ACTION, route="//evil")), "route"),
        (lambda ui: ui.register_profile_tab(replace(TAB, element="about")), "element"),
        (lambda ui: ui.register_profile_tab(replace(TAB, element="my-x><b")), "element"),
        (lambda ui: ui.register_profile_tab(replace(TAB, order=True)), "order"),
        (lambda ui: ui.register_panel(replace(PANEL, path="/plugins/notes")), "path"),
        (lambda ui: ui.register_widget(replace(WIDGET, props={"x": object()})), "props"),
        (lambda ui: ui.inject_css(), "css"),
        (lambda ui: ui.inject_css("a{}", file="theme.css"), "css"),
    ],
)
async def test_contribution_that_cannot_work_is_refused(
    ui: UiRegistry, register: Callable[[Any], Any], where: str
) -> None:
    """The field is named, and nothing is half registered."""
    with acting(NOTES), pytest.raises(InputError) as caught:
        register(ui)
    assert caught.value.where == where
    assert not any(ui.contributions(NOTES).values())


async def test_second_of_one_id_and_too_many_are_refused(ui: UiRegistry) -> None:
    """An id stands once for each kind; a kind has a bound."""
    with acting(NOTES):
        ui.register_settings_button(BUTTON)
        ui.register_widget(WIDGET)
        with pytest.raises(ConflictError):
            ui.register_settings_button(BUTTON)
        for widget in (WIDGET, Widget(id="clock", component="Text")):
            with pytest.raises(ConflictError):
                ui.register_widget(widget)
        for number in range(19):
            ui.register_settings_button(replace(BUTTON, id=str(number)))
        with pytest.raises(LimitExceededError):
            ui.register_settings_button(replace(BUTTON, id="more"))
