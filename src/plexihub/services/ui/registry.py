"""The service `ui`: what plugins add to the pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from plexihub.kernel.context import owner
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub.kernel.watched import Observe, ignore
from plexihub.services.ui.check import check_fields, check_props
from plexihub.services.ui.command import Commands
from plexihub.services.ui.files import PluginFiles
from plexihub.services.ui.live import LiveHub
from plexihub.services.ui.offered import Blocks, OfferedWidgets
from plexihub.services.ui.shelf import Shelf, Shown
from plexihub_sdk.errors import ConflictError, InputError, LimitExceededError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.kit import blocks_of
from plexihub_sdk.routes import Person
from plexihub_sdk.ui import (
    Command,
    CommandAnswer,
    CommandCall,
    ComposerButton,
    ElementWidget,
    MessageAction,
    Panel,
    ProfileTab,
    SettingsButton,
    Widget,
)

MOST_WIDGETS = 20
_CORE = PluginId("core")
_OWN_BUNDLES = "assets/"


class UiRegistry:
    """Everything that plugins add to the pages, each with its owner.

    Args:
        ownership: Takes back what a disabled plugin added.
        live: Tells the open pages.
        folder_of: Tells a plugin's folder, from which its files are served.
        observe: Told of every call of a plugin's command.
    """

    def __init__(
        self,
        ownership: Ownership,
        live: LiveHub,
        folder_of: Callable[[PluginId], Path | None] = lambda _plugin: None,
        observe: Observe = ignore,
    ) -> None:
        self._ownership = ownership
        self._live = live
        self.files = PluginFiles(folder_of)
        self._widgets: dict[PluginId, dict[str, Widget]] = {}
        self._generations: dict[tuple[PluginId, str], int] = {}
        self._offered = OfferedWidgets()
        self._elements = Shelf("widgets")
        self._panels = Shelf("panels")
        self._tabs = Shelf("profile tabs")
        self._buttons = Shelf("settings buttons")
        self._actions = Shelf("message actions")
        self._composer = Shelf("composer buttons")
        self._commands = Commands(observe)
        self._styles = Shelf("style sheets")
        self._scripts = Shelf("scripts")

    def register_panel(self, panel: Panel) -> Undo:
        """Add a page to the navigation, until the answered undo is called.

        Raises:
            InputError: Its path, element or module cannot work.
            NotFoundError: The plugin's folder has no such module.
            ConflictError: Another panel has its path, or its owner has one of this id.
            LimitExceededError: Its owner has too many.
        """
        for one in self._panels:
            if one["path"] == panel.path:
                raise ConflictError(
                    f"The panel {one['id']!r} of {one['owner']} has the same path.",
                    where=panel.path,
                    next="Choose another.",
                )
        return self._contribute(self._panels, panel, "panel")

    def register_profile_tab(self, tab: ProfileTab) -> Undo:
        """Add a tab to every person's page, until the answered undo is called.

        Raises:
            InputError: Its title, element or module cannot work.
            NotFoundError: The plugin's folder has no such module.
            ConflictError: Its owner has one of this id.
            LimitExceededError: Its owner has too many.
        """
        return self._contribute(self._tabs, tab, "profile tab")

    def register_settings_button(self, button: SettingsButton) -> Undo:
        """Add a button to the settings page, until the answered undo is called.

        Raises:
            InputError: Its label or route cannot work.
            ConflictError: Its owner has one of this id.
            LimitExceededError: Its owner has too many.
        """
        return self._contribute(self._buttons, button, "settings button")

    def register_message_action(self, action: MessageAction) -> Undo:
        """Add a button beside every chat message, until the answered undo is called.

        Raises:
            InputError: Its label or route cannot work.
            ConflictError: Its owner has one of this id.
            LimitExceededError: Its owner has too many.
        """
        return self._contribute(self._actions, action, "message action")

    def register_composer_button(self, button: ComposerButton) -> Undo:
        """Add a button beside the field for messages, until the answered undo is called.

        Raises:
            InputError: Its label or route cannot work.
            ConflictError: Its owner has one of this id.
            LimitExceededError: Its owner has too many.
        """
        return self._contribute(self._composer, button, "composer button")

    def register_command(self, command: Command, handler: Callable[[CommandCall], Any]) -> Undo:
        """Add a slash command to the chat, until the answered undo is called.

        Args:
            command: Its name and what it is for.
            handler: Answers text for the person alone, a `CommandAnswer`, or None; plain, or a
                coroutine function. It runs in the name of the plugin, on behalf of the person.

        Raises:
            InputError: Its name or texts cannot work.
            ConflictError: There is a command of this name.
            LimitExceededError: Its owner has too many.
        """
        plugin = owner.get() or _CORE
        self._commands.add(plugin, command, handler)
        self._live.publish("ui.changed", {})

        def undo() -> None:
            self._commands.take(command.name)
            self._live.publish("ui.changed", {})

        return self._ownership.note(undo)

    def owner_of_command(self, name: str) -> PluginId | None:
        """Tell whose a command is; None where there is none of this name."""
        return self._commands.owner_of(name)

    async def run_command(self, call: CommandCall) -> CommandAnswer | None:
        """Run a command as the person who typed it.

        Raises:
            NotFoundError: There is no such command; the message names those that are close.
            PluginRaisedError: It answered with something that is no answer.
            PluginTimeoutError: It did not answer in time.
            PlexiHubError: What it raised.
        """
        return await self._commands.run(call)

    def register_widget(self, widget: Widget | ElementWidget) -> Undo:
        """Show a widget on every dashboard, until the answered undo is called.

        Args:
            widget: Data for a component of the hub's kit, which replaces an earlier one of its id,
                or a custom element of the plugin's own.

        Raises:
            InputError: Its props are no JSON, or its element or module cannot work.
            NotFoundError: The plugin's folder has no such module.
            TooLargeError: Its props are too large.
            ConflictError: Its owner has one of this id, and one of them is an element.
            LimitExceededError: Its owner has too many.
        """
        plugin = owner.get() or _CORE
        if isinstance(widget, Widget):
            self._elements.check(plugin, widget.id)
            return self.render_widget(plugin, widget)
        check_props(widget.props)
        if widget.id in self._widgets.get(plugin, {}):
            raise ConflictError(f"{plugin} has a widget {widget.id!r} already.", where="id")
        return self._contribute(self._elements, widget, "widget")

    def register_file(self, file: str) -> Undo:
        """Serve one more file of the plugin's folder, at `plugins/<id>/<file>`.

        For what a module imports and a style sheet shows; modules and sheets are served by being
        registered.

        Raises:
            InputError: The name leads out of the folder, or its kind is not served.
            NotFoundError: There is no such file.
            TooLargeError: It is too large.
            LimitExceededError: The plugin serves too many.
        """
        _, release = self.files.serve(owner.get() or _CORE, file)
        return self._ownership.note(release)

    def inject_css(self, css: str = "", *, file: str = "") -> Undo:
        """Style the page of everybody who is signed in, until the answered undo is called.

        The sheet holds for the page and inside each of the hub's own components; a selector never
        reaches from one into the next.

        Args:
            css: The text of a sheet.
            file: Or a file of the plugin's folder.

        Raises:
            InputError: Both or neither are given, or the file cannot be served.
            NotFoundError: There is no such file.
            TooLargeError: It is too large.
            ConflictError: The same sheet is injected already.
            LimitExceededError: The plugin injects too many.
        """
        if bool(css) == bool(file):
            raise InputError("Give `css` or `file`: one of them.", where="css")
        if file:
            return self._inject(self._styles, file, self.files.serve)
        name = f"injected-{hashlib.sha256(css.encode()).hexdigest()[:8]}.css"
        return self._inject(
            self._styles,
            name,
            lambda plugin, name: self.files.serve_text(plugin, name, css.encode()),
        )

    def inject_script(self, file: str) -> Undo:
        """Run a module in the page of everybody who is signed in.

        What ran cannot be taken back: on undo the file is gone, and pages in which it ran offer to
        be loaded again.

        Args:
            file: A JavaScript file of the plugin's folder.

        Raises:
            InputError: The file cannot be served.
            NotFoundError: There is no such file.
            TooLargeError: It is too large.
            ConflictError: The same script is injected already.
            LimitExceededError: The plugin injects too many.
        """
        if not file.endswith((".js", ".mjs")):
            raise InputError(f"{file!r} is no JavaScript file.", where="file")
        return self._inject(self._scripts, file, self.files.serve)

    def _inject(
        self, shelf: Shelf, name: str, serve: Callable[[PluginId, str], tuple[str, Undo]]
    ) -> Undo:
        plugin = owner.get() or _CORE
        shelf.check(plugin, name)
        address, release = serve(plugin, name)
        shown = {"id": name, "owner": plugin, "address": address}
        return self._place(shelf, plugin, shown, release)

    def _contribute(self, shelf: Shelf, thing: Any, kind: str) -> Undo:
        plugin = owner.get() or _CORE
        check_fields(thing, kind)
        shelf.check(plugin, thing.id)
        shown: Shown = {**asdict(thing), "owner": plugin}
        release: Undo = lambda: None  # noqa: E731
        if "module" in shown:
            shown["module"], release = self._module(plugin, thing.module)
        return self._place(shelf, plugin, shown, release)

    def _module(self, plugin: PluginId, name: str) -> tuple[str, Undo]:
        if name.startswith(_OWN_BUNDLES) and not self.files.has(plugin, name):
            return name, lambda: None
        return self.files.serve(plugin, name)

    def _place(self, shelf: Shelf, plugin: PluginId, shown: Shown, release: Undo) -> Undo:
        shelf.put(plugin, shown["id"], shown)
        self._changed(shelf, plugin)

        def undo() -> None:
            shelf.take(plugin, shown["id"])
            release()
            self._changed(shelf, plugin)

        return self._ownership.note(undo)

    def _changed(self, shelf: Shelf, plugin: PluginId) -> None:
        if shelf is self._elements:
            self._tell(plugin)
        self._live.publish("ui.changed", {})

    def render_widget(self, plugin: PluginId, widget: Widget) -> Undo:
        """Show a plugin's widget on dashboards, in place of an earlier one of the same id.

        Raises:
            InputError: Its props are no JSON.
            TooLargeError: Its props are too large.
            LimitExceededError: The plugin has too many.
        """
        check_props(widget.props)
        mine = self._widgets.setdefault(plugin, {})
        before = mine.get(widget.id)
        if before is None and len(mine) >= MOST_WIDGETS:
            raise LimitExceededError(
                f"A plugin may have {MOST_WIDGETS} widgets.",
                where=widget.id,
                next="Use the id of an earlier one to replace it.",
            )
        mine[widget.id] = widget
        if before != widget:
            self._tell(plugin)
        # New code that renders a widget of the old code's makes it its own.
        generation, key = self._ownership.generation(plugin), (plugin, widget.id)
        is_noted = before is not None and self._generations.get(key) == generation
        self._generations[key] = generation
        undo = partial(self._forget_widget, plugin, widget.id, generation)
        return undo if is_noted else self._ownership.note(undo, plugin)

    def _forget_widget(self, plugin: PluginId, widget: str, generation: int) -> None:
        if self._generations.get((plugin, widget)) != generation:
            return
        del self._generations[plugin, widget]
        mine = self._widgets.get(plugin, {})
        if mine.pop(widget, None) is not None:
            self._tell(plugin)
        if not mine:
            self._widgets.pop(plugin, None)

    def forget_widgets(self, plugin: PluginId) -> None:
        """Take every widget that a plugin rendered away."""
        for widget in list(self._widgets.get(plugin, ())):
            self._forget_widget(plugin, widget, self._generations[plugin, widget])

    def remember(self, person: str, widgets: Iterable[Shown]) -> None:
        """Note the widgets that plugins made for one person: their buttons may be clicked.

        Args:
            person: Their id.
            widgets: Whose `plugin` is known for certain, and whose `props` were checked.
        """
        self._offered.remember(person, widgets)

    def blocks_of(self, person: str, plugin: str, widget: str) -> Blocks | None:
        """Answer the interactive blocks of a widget that a person is shown; None without any."""
        rendered = self._widgets.get(PluginId(plugin), {}).get(widget)
        if rendered is not None:
            return blocks_of(rendered.component, rendered.props) or None
        return self._offered.find(person, plugin, widget)

    def _tell(self, plugin: PluginId) -> None:
        told = {"reason": "widget.rendered", "plugin": plugin}
        self._live.publish("dashboard.changed", told)

    def panels_for(self, person: Person | None) -> list[Shown]:
        """List the panels that a person may see, in their order."""
        is_admin = person is not None and person.is_admin
        return [one for one in self._panels.ordered() if is_admin or not one["admin"]]

    def action_of(self, method: str, path: str) -> str | None:
        """Tell which button calls a route; None where none does.

        Args:
            method: Of the request.
            path: Of the route, as it was registered.
        """
        if method != "POST":
            return None
        for shelf in (self._buttons, self._actions, self._composer):
            for one in shelf:
                if one["route"] == path:
                    return f"{one['owner']}.{one['id']}"
        return None

    def contributions_for(self, person: Person | None) -> dict[str, list[Shown]]:
        """List everything a person's page shows or runs, each with its owner."""
        is_admin = person is not None and person.is_admin
        widgets = [
            {"id": one["id"], "owner": one["plugin"], "title": one["title"]}
            for one in self.widgets_for(person)
        ]
        return {
            "panels": self.panels_for(person),
            "widgets": widgets,
            "profile_tabs": self._tabs.ordered(),
            "settings_buttons": self._buttons.ordered("label") if is_admin else [],
            "message_actions": self._actions.ordered("label"),
            "composer_buttons": self._composer.ordered("label"),
            "commands": self._commands.listed(),
            "styles": list(self._styles),
            "scripts": list(self._scripts),
        }

    def widgets_for(self, _person: Person | None = None) -> list[Shown]:
        """List the widgets that plugins render: data for the kit, then custom elements."""
        of_kit = [
            {
                "id": widget.id,
                "plugin": plugin,
                "component": widget.component,
                "props": dict(widget.props),
                "title": widget.title,
            }
            for plugin, mine in list(self._widgets.items())
            for widget in list(mine.values())
        ]
        own = [
            {"plugin": one["owner"], "component": one["element"], **one} for one in self._elements
        ]
        return [*of_kit, *own]

    def contributions(self, plugin: PluginId) -> dict[str, list[str]]:
        """Tell what a plugin adds."""
        return {
            "panels": self._panels.of(plugin),
            "widgets": [*self._widgets.get(plugin, {}), *self._elements.of(plugin)],
            "profile_tabs": self._tabs.of(plugin),
            "settings_buttons": self._buttons.of(plugin),
            "message_actions": self._actions.of(plugin),
            "composer_buttons": self._composer.of(plugin),
            "commands": self._commands.of(plugin),
            "styles": self._styles.of(plugin),
            "scripts": self._scripts.of(plugin),
        }
