"""`ConfigManager`: every setting, where its value comes from, and the way to change it.

A value of another type, or one that `check` refuses, changes nothing and the error says why.
Secrets are read by code that asks for them; they never stand in events, hooks, audit or lists.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from plexihub.kernel import plain
from plexihub.kernel.background import Background
from plexihub.kernel.config.section import Section, read_section
from plexihub.kernel.config.setting import Setting, Value
from plexihub.kernel.config.source import Layers
from plexihub.kernel.config.values import Values
from plexihub.kernel.context import CallContext, acting, owner
from plexihub.kernel.outcome import rule_of
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import AuditEntry, AuditSink, ConfigStore, Undo
from plexihub_sdk.errors import ConfigError, ConflictError, Veto
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)
#: `HookTable.call` and `EventBus.publish`, handed in because they stand above this module.
Intercept = Callable[[str, dict[str, Any], CallContext | None], Awaitable[dict[str, Any]]]
Publish = Callable[[str, Any, CallContext | None], None]
#: Makes a new value act; what it raises refuses the change.
Act = Callable[[Any], Awaitable[None]]


class ConfigManager(Values):
    """The settings of the hub and of its plugins."""

    def __init__(
        self,
        ownership: Ownership,
        audit: AuditSink,
        *,
        layers: Layers,
        intercept: Intercept,
        publish: Publish,
    ) -> None:
        super().__init__(ownership, layers)
        self._audit = audit
        self._intercept = intercept
        self._publish = publish
        self._sections: dict[PluginId, Section] = {}
        self._acts: dict[str, Act] = {}
        self._store: ConfigStore | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._background = Background(limit=1000)
        self._changing = asyncio.Lock()

    async def start(self, store: ConfigStore) -> None:
        """Read the stored settings; until then the layers below answer and nothing can be changed.

        A stored value that its setting no longer accepts is left alone and logged.
        """
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._stored = dict(await store.load())
        self.revision += 1
        for key in self._stored.keys() & self._settings.keys():
            self._check_stored(self._settings[key])

    async def close(self) -> None:
        """End the changes that are still under way."""
        await self._background.close()

    def register_section(
        self, schema: Mapping[str, Any], *, title: str = "", plugin: PluginId | None = None
    ) -> Undo:
        """Give the plugin whose code runs a section of settings, which people find on a page.

        Each property of the schema is a setting `<plugin-id>.<name>`: `my-plugin.greeting`. What
        is marked `writeOnly`, or has the format `password`, is a secret.

        Args:
            schema: A JSON Schema of type `object`.
            title: Of the section, for people; the schema's own when empty.
            plugin: Whose it is, where no plugin's code runs: for what a manifest declares.

        Returns:
            An undo, which disabling the plugin does by itself; what was stored stays stored.

        Raises:
            ConfigError: The schema is none, or file or environment have a value that it refuses.
            ConflictError: The plugin has a section already, or its id is a section of the hub.
        """
        whose = owner.get() or plugin
        if whose is None:
            raise ConfigError(
                "A section of settings belongs to a plugin, and no plugin's code runs now.",
                next="Call register_section in the plugin's own code.",
            )
        section = read_section(whose, schema, title)
        self._require_free(whose)
        undeclare = self.declare(section.settings, whose)
        self._sections[whose] = section

        def undo() -> None:
            self._sections.pop(whose, None)
            undeclare()

        return self._ownership.note(undo, whose)

    def _require_free(self, plugin: PluginId) -> None:
        if plugin in self._sections:
            raise ConflictError(
                f"{plugin} has a section of settings already.",
                where=plugin,
                next="Declare all settings in one schema, in the manifest or in the code.",
            )
        if any(key.partition(".")[0] == plugin for key in self._settings):
            raise ConflictError(
                f"The settings `{plugin}.…` are the hub's own, so a plugin named {plugin!r} can"
                " have none.",
                where=plugin,
                next="Give the plugin another id.",
            )

    def section(self, plugin: PluginId) -> Section | None:
        """Answer the section of an enabled plugin; None where it has none."""
        return self._sections.get(plugin)

    def sections(self) -> list[dict[str, Any]]:
        """List the sections of the plugins that are enabled, by title."""
        found = sorted(self._sections.values(), key=lambda one: one.title.casefold())
        return [
            {
                "id": one.plugin,
                "title": one.title,
                "doc": one.doc,
                "keys": [setting.key for setting in one.settings],
            }
            for one in found
        ]

    async def forget(self, plugin: PluginId, ctx: CallContext) -> int:
        """Delete what is stored of a plugin's settings, and answer how many there were.

        Raises:
            ConflictError: The plugin's section is still shown: it is enabled.
        """
        if plugin in self._sections:
            raise ConflictError(
                f"{plugin} still uses its settings.", where=plugin, next="Disable it first."
            )
        # A setting that is declared now is the core's, whatever the plugin is called.
        named = [key for key in self._stored if key.startswith(f"{plugin}.")]
        lost = [key for key in named if await self.discard(key)]
        if lost:
            details = {"keys": sorted(lost)}
            self._audit.append(
                AuditEntry(ctx=ctx, action="config.forget", target=plugin, details=details)
            )
        return len(lost)

    async def discard(self, key: str) -> bool:
        """Delete a stored value that no setting of now has; answers False where one has it."""
        if key in self._settings:
            return False
        await self._require_store().delete(key)
        self._stored.pop(key, None)
        return True

    def act_with(self, key: str, act: Act) -> Undo:
        """Let `act(new)` make a change act before it is stored; what it raises refuses the change.

        Raises:
            ConfigError: No setting has this key.
        """
        self._acts[self.setting(key).key] = act

        def undo() -> None:
            self._acts.pop(key, None)

        return self._ownership.note(undo)

    def set(self, key: str, value: Any) -> Any:
        """Change a setting.

        Plain code goes on when it is changed. Asynchronous code gets something to await; the
        change happens whether it awaits or not.

        Raises:
            ConfigError: The key is unknown or the value refused.
            Veto: A `config.changing` handler refused.
        """
        setting = self.setting(key)
        setting.require_storable()
        setting.accept(value)
        return self._wait(self.change(key, value, acting()))

    def reset(self, key: str) -> Any:
        """Forget the stored value, so that the layers below count again; waits as `set` does.

        Raises:
            ConfigError: The key is unknown.
            Veto: A `config.changing` handler refused.
        """
        self.setting(key)
        return self._wait(self.revert(key, acting()))

    def _wait(self, work: Any) -> Any:
        if self._loop is None:
            work.close()
            raise _not_started()
        answer = plain.wait(work, self._loop)
        return self._background.spawn(work, name="config.set") if answer is work else answer

    async def change(self, key: str, value: Any, ctx: CallContext) -> Value:
        """Change a setting, and answer its new value.

        Raises:
            ConfigError: The key is unknown or the value refused.
            PermissionDenied: Only the operator may change it.
            Veto: A `config.changing` handler refused.
        """
        return await self._audited("config.change", key, ctx, lambda: self._change(key, value, ctx))

    async def revert(self, key: str, ctx: CallContext) -> Value:
        """Forget the stored value, and answer that of the layers below.

        Raises:
            ConfigError: The key is unknown.
            PermissionDenied: Only the operator may change it.
            Veto: A `config.changing` handler refused.
        """
        return await self._audited("config.reset", key, ctx, lambda: self._revert(key, ctx))

    async def _audited(
        self, action: str, key: str, ctx: CallContext, work: Callable[[], Awaitable[Value]]
    ) -> Value:
        entry = AuditEntry(ctx=ctx, action=action, target=key, outcome="failed")
        try:
            setting = self.setting(key)
            old = setting.shown(self.get(key))
            new = await work()
            entry.outcome = "ok"
            entry.details = {"old": old, "new": setting.shown(new), **_flag(setting, ctx)}
            entry.before, entry.after = {key: old}, {key: setting.shown(new)}
        except Veto as veto:
            entry.outcome, entry.reason, entry.rule = "vetoed", veto.reason, rule_of(veto)
            raise
        except Exception as error:
            entry.reason, entry.rule = str(error), rule_of(error)
            raise
        finally:
            self._audit.append(entry)
        return new

    async def _change(self, key: str, value: Any, ctx: CallContext) -> Value:
        setting = self.setting(key)
        setting.require_storable()
        setting.require_changer(ctx)
        new = await self._ask(setting, setting.accept(value), ctx)
        store = self._require_store()
        async with self._changing:
            old = self.get(key)
            await self._put(setting, new, lambda: store.put(key, new))
            self._stored[key] = new
            self._refused.discard(key)
            self.revision += 1
            self._tell(setting, old, ctx)
        return new

    async def _revert(self, key: str, ctx: CallContext) -> Value:
        setting = self.setting(key)
        setting.require_changer(ctx)
        new = self._below[key][0]
        await self._ask(setting, new, ctx)
        store = self._require_store()
        async with self._changing:
            old = self.get(key)
            await self._put(setting, new, lambda: store.delete(key))
            self._stored.pop(key, None)
            self._refused.discard(key)
            self.revision += 1
            self._tell(setting, old, ctx)
        return new

    def _require_store(self) -> ConfigStore:
        if self._store is None:
            raise _not_started()
        return self._store

    async def _put(self, setting: Setting, new: Value, put: Callable[[], Awaitable[None]]) -> None:
        """Let the new value act, then keep it; when it cannot be kept, the old one acts again."""
        old, act = self.get(setting.key), self._acts.get(setting.key)
        if act is None or new == old or self.source(setting.key) == "flag":
            await put()
            return
        await act(new)
        try:
            await put()
        except BaseException:
            await act(old)
            raise

    async def _ask(self, setting: Setting, value: Value, ctx: CallContext) -> Value:
        shown = setting.shown(value)
        payload = {"key": setting.key, "old": setting.shown(self.get(setting.key)), "new": shown}
        answer = (await self._intercept("config.changing", payload, ctx)).get("new")
        return value if answer == shown else setting.accept(answer)

    def _tell(self, setting: Setting, old: Value, ctx: CallContext) -> None:
        new = self.get(setting.key)
        data = {"key": setting.key, "old": setting.shown(old), "new": setting.shown(new)}
        self._publish("config.changed", data, ctx)
        if setting.owner != "core":
            name = setting.key.partition(".")[2]
            told = {"id": setting.owner, "name": name, "old": data["old"], "new": data["new"]}
            self._publish("plugin.settings_changed", told, ctx)


def _flag(setting: Setting, ctx: CallContext) -> dict[str, Any]:
    """Mark a plugin's change of a setting that is not its own."""
    if ctx.actor.kind != "plugin" or ctx.actor.id == setting.owner:
        return {}
    whose = "the hub's own" if setting.owner == "core" else f"of {setting.owner}"
    _log.warning("the plugin %s changed the setting %s, %s", ctx.actor.id, setting.key, whose)
    return {"flagged": f"A plugin changed a setting that is {whose}."}


def _not_started() -> RuntimeError:
    return RuntimeError("settings cannot be changed before ConfigManager.start")
