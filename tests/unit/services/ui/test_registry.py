"""Panels and widgets come with a plugin and go with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from plexihub.kernel.context import owner
from plexihub.kernel.ownership import Ownership
from plexihub.services.ui import LiveHub, UiRegistry
from plexihub_sdk import Panel, Person, Widget
from plexihub_sdk.errors import ConflictError, InputError, LimitExceededError, TooLargeError
from plexihub_sdk.ids import PluginId

pytestmark = pytest.mark.anyio

NOTES, OTHER = PluginId("notes"), PluginId("other")
PANEL = Panel(
    id="notes", title="Notes", path="/notes", element="my-notes", module="assets/notes.js"
)
WIDGET = Widget(id="hello", component="HelloWorld", props={"message": "Hi"})
ADA = Person(id="1", username="ada", display_name="Ada", role="admin")
BOB = Person(id="2", username="bob", display_name="Bob", role="member")


@pytest.fixture
async def ui(ownership: Ownership, anyio_backend: object) -> UiRegistry:
    """A registry."""
    return UiRegistry(ownership, LiveHub())


@contextmanager
def acting(plugin: PluginId) -> Iterator[None]:
    """Run as the plugin's code does."""
    token = owner.set(plugin)
    yield
    owner.reset(token)


def ids(found: list[dict[str, Any]]) -> list[str]:
    """Tell the ids."""
    return [one["id"] for one in found]


async def test_panel_is_there_while_its_plugin_is(ui: UiRegistry, ownership: Ownership) -> None:
    """Registering and dropping are both told to the open pages."""
    with acting(NOTES):
        ui.register_panel(PANEL)
    (panel,) = ui.panels_for(BOB)
    assert (panel["id"], panel["owner"], panel["module"]) == ("notes", "notes", "assets/notes.js")
    brought = ui.contributions(NOTES)
    assert {kind: names for kind, names in brought.items() if names} == {"panels": ["notes"]}
    ownership.drop(NOTES)
    assert ui.panels_for(BOB) == []
    assert ui._live.seq == 2


async def test_panels_are_ordered_and_admin_ones_hidden(ui: UiRegistry) -> None:
    """A lower order comes first; members do not see administrators' panels."""
    ui.register_panel(replace(PANEL, id="b", path="/b", order=2))
    ui.register_panel(replace(PANEL, id="a", path="/a", order=1, admin=True))
    assert ids(ui.panels_for(ADA)) == ["a", "b"]
    assert ids(ui.panels_for(BOB)) == ids(ui.panels_for(None)) == ["b"]


@pytest.mark.parametrize(
    "change",
    [
        {"path": "notes"},
        {"path": "//evil.example"},
        {"element": "notes"},
        {"module": "https://evil.example/x.js"},
        {"module": "/assets/x.js"},
        {"module": "../x.js"},
        {"title": " "},
        {"id": ""},
    ],
)
async def test_panel_that_cannot_work_is_refused(ui: UiRegistry, change: dict[str, Any]) -> None:
    """The field that is wrong is named."""
    with pytest.raises(InputError) as caught:
        ui.register_panel(replace(PANEL, **change))
    assert [caught.value.where] == list(change)


async def test_taken_path_is_refused(ui: UiRegistry) -> None:
    """Two panels cannot answer one address."""
    ui.register_panel(PANEL)
    with acting(OTHER), pytest.raises(ConflictError):
        ui.register_panel(replace(PANEL, id="mine"))


async def test_widget_is_replaced_and_taken_back(ui: UiRegistry, ownership: Ownership) -> None:
    """Rendering anew under an id shows the newest; dropping the plugin shows none."""
    ui.render_widget(NOTES, WIDGET)
    ui.render_widget(NOTES, replace(WIDGET, props={"message": "Bye"}))
    ui.render_widget(OTHER, WIDGET)
    assert [(one["plugin"], one["props"]) for one in ui.widgets_for(BOB)] == [
        ("notes", {"message": "Bye"}),
        ("other", {"message": "Hi"}),
    ]
    ownership.drop(NOTES)
    assert [one["plugin"] for one in ui.widgets_for(BOB)] == ["other"]
    assert ownership.count(NOTES) == 0


async def test_unchanged_widget_is_not_told_again(ui: UiRegistry) -> None:
    """A plugin that renders the same over and over does not disturb the pages."""
    for _ in range(5):
        ui.render_widget(NOTES, WIDGET)
    assert ui._live.seq == 1


async def test_widgets_are_bounded(ui: UiRegistry) -> None:
    """So many, so large, and JSON only."""
    for number in range(20):
        ui.render_widget(NOTES, replace(WIDGET, id=str(number)))
    with pytest.raises(LimitExceededError):
        ui.render_widget(NOTES, WIDGET)
    with pytest.raises(TooLargeError):
        ui.render_widget(OTHER, replace(WIDGET, props={"x": "y" * 70_000}))
    with pytest.raises(InputError):
        ui.render_widget(OTHER, replace(WIDGET, props={"x": object()}))
    assert len(ui.widgets_for(BOB)) == 20
