"""`ConfigManager`: every setting, where its value comes from, and the way to change it.

A value of another type, or one that `check` refuses, changes nothing and the error says why.
Secrets are read by code that asks for them; they never stand in events, hooks, audit or lists.
"""

from __future__ import annotations

import asyncio
import difflib
import logging
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from plexihub.kernel import plain
from plexihub.kernel.background import Background
from plexihub.kernel.config.setting import MASK, Setting, Value
from plexihub.kernel.config.source import PREFIX, Layers, Source, variable
from plexihub.kernel.context import CallContext, acting
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import AuditEntry, AuditSink, ConfigStore, Undo
from plexihub_sdk.errors import ConfigError, ConflictError, Veto

_log = logging.getLogger(__name__)
LONGEST_KEY = 100
_ABSENT: Any = object()
#: `HookTable.call` and `EventBus.publish`, handed in because they stand above this module.
Intercept = Callable[[str, dict[str, Any], CallContext | None], Awaitable[dict[str, Any]]]
Publish = Callable[[str, Any, CallContext | None], None]


class ConfigManager:
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
        self._ownership = ownership
        self._audit = audit
        self._layers = layers
        self._intercept = intercept
        self._publish = publish
        self._settings: dict[str, Setting] = {}
        self._below: dict[str, tuple[Value, Source]] = {}
        self._stored: dict[str, Any] = {}
        self._store: ConfigStore | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._background = Background(limit=1000)

    async def start(self, store: ConfigStore) -> None:
        """Read the stored settings; until then the layers below answer and nothing can be changed.

        A stored value that its setting no longer accepts is left alone and logged.
        """
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._stored = dict(await store.load())
        for key in self._stored.keys() & self._settings.keys():
            self._drop_if_refused(self._settings[key])

    async def close(self) -> None:
        """End the changes that are still under way."""
        await self._background.close()

    def declare(self, settings: Iterable[Setting]) -> Undo:
        """Make settings known.

        Returns:
            An undo that makes them unknown again; what was stored stays stored.

        Raises:
            ConflictError: A key is declared already.
            ConfigError: A layer has a value that the setting refuses.
        """
        wanted = list(settings)
        values = {}
        for setting in wanted:
            if setting.key in self._settings:
                raise ConflictError(f"`{setting.key}` is declared already.", where=setting.key)
            values[setting.key] = self._read_layers(setting)
        for setting in wanted:
            self._settings[setting.key] = setting
            self._below[setting.key] = values[setting.key]
            self._drop_if_refused(setting)
        return self._ownership.note(lambda: self._withdraw(wanted))

    def _withdraw(self, settings: list[Setting]) -> None:
        for setting in settings:
            self._settings.pop(setting.key, None)
            self._below.pop(setting.key, None)

    def _read_layers(self, setting: Setting) -> tuple[Value, Source]:
        layers, key, name = self._layers, setting.key, variable(setting.key)
        if key in layers.flags:
            value = layers.flags[key]
            read = setting.read if isinstance(value, str) else setting.accept
            return read(value, where=f"--{key.rpartition('.')[2]}"), "flag"
        if name in layers.environment:
            return setting.read(layers.environment[name], where=name), "environment"
        if key in layers.file:
            place = f"{layers.path or 'plexihub.toml'}: {key}"
            return setting.accept(layers.file[key], where=place), "file"
        return setting.accept(setting.default), "default"

    def _drop_if_refused(self, setting: Setting) -> None:
        if setting.key not in self._stored:
            return
        try:
            setting.require_storable()
            self._stored[setting.key] = setting.accept(self._stored[setting.key])
        except ConfigError as error:
            del self._stored[setting.key]
            _log.warning("a stored setting is not used: %s", error)

    def unknown(self, *, ignored: Iterable[str] = ()) -> dict[str, str]:
        """Tell which keys of the layers no setting answers to.

        Args:
            ignored: Variables of the environment that are no settings.

        Returns:
            Key or variable to a sentence for the person who wrote it.
        """
        layers, names = self._layers, {variable(key) for key in self._settings}
        lost = [(key, "the file") for key in layers.file if key not in self._settings]
        lost += [(key, "a flag") for key in layers.flags if key not in self._settings]
        strange = layers.environment.keys() - names - set(ignored)
        lost += [(name, "the environment") for name in sorted(strange)]
        return {
            key: f"{place} sets {key!r}, which is no setting.{self._hint(key)}"
            for key, place in lost
        }

    def is_own(self, key: str) -> bool:
        """Whether a key or variable lies in a section in which settings are declared now."""
        section = key.removeprefix(PREFIX).lower().replace("_", ".").partition(".")[0]
        return any(one.partition(".")[0] == section for one in self._settings)

    def _hint(self, key: str) -> str:
        in_environment = key.startswith(PREFIX)
        known = [variable(one) if in_environment else one for one in self._settings]
        close = difflib.get_close_matches(key[:LONGEST_KEY], known, n=1)
        return f" Did you mean {close[0]!r}?" if close else ""

    def setting(self, key: str) -> Setting:
        """Answer what a key is declared to be.

        Raises:
            ConfigError: No setting has this key; the message suggests one.
        """
        try:
            return self._settings[key]
        except KeyError:
            raise ConfigError(f"No setting is named {key!r}.{self._hint(key)}", where=key) from None

    def get(self, key: str, default: Any = _ABSENT) -> Any:
        """Answer the value that counts.

        Args:
            key: Dotted name.
            default: Answered where no setting has this key.

        Raises:
            ConfigError: No setting has this key, and no default was given.
        """
        if key not in self._settings and default is not _ABSENT:
            return default
        value, source = self._below[self.setting(key).key]
        return self._stored[key] if key in self._stored and source != "flag" else value

    def source(self, key: str) -> Source:
        """Tell which layer the value comes from.

        Raises:
            ConfigError: No setting has this key.
        """
        below = self._below[self.setting(key).key][1]
        return "stored" if key in self._stored and below != "flag" else below

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
            Veto: A `config.changing` handler refused.
        """
        return await self._audited("config.change", key, ctx, lambda: self._change(key, value, ctx))

    async def reset(self, key: str, ctx: CallContext) -> Value:
        """Forget the stored value, and answer that of the layers below.

        Raises:
            ConfigError: The key is unknown.
            Veto: A `config.changing` handler refused.
        """
        return await self._audited("config.reset", key, ctx, lambda: self._reset(key, ctx))

    async def _audited(
        self, action: str, key: str, ctx: CallContext, work: Callable[[], Awaitable[Value]]
    ) -> Value:
        entry = AuditEntry(ctx=ctx, action=action, target=key, outcome="failed")
        try:
            setting = self.setting(key)
            old = setting.shown(self.get(key))
            new = await work()
            entry.outcome = "ok"
            entry.details = {"old": old, "new": setting.shown(new)}
        except Veto as veto:
            entry.outcome, entry.reason = "vetoed", veto.reason
            raise
        except Exception as error:
            entry.reason = str(error)
            raise
        finally:
            self._audit.append(entry)
        return new

    async def _change(self, key: str, value: Any, ctx: CallContext) -> Value:
        setting = self.setting(key)
        setting.require_storable()
        new = await self._ask(setting, setting.accept(value), ctx)
        if self._store is None:
            raise _not_started()
        old = self.get(key)
        await self._store.put(key, new)
        self._stored[key] = new
        self._tell(setting, old, ctx)
        return new

    async def _reset(self, key: str, ctx: CallContext) -> Value:
        setting = self.setting(key)
        old = self.get(key)
        await self._ask(setting, self._below[key][0], ctx)
        if self._store is None:
            raise _not_started()
        await self._store.delete(key)
        self._stored.pop(key, None)
        self._tell(setting, old, ctx)
        return self._below[key][0]

    async def _ask(self, setting: Setting, value: Value, ctx: CallContext) -> Value:
        payload = {
            "key": setting.key,
            "old": setting.shown(self.get(setting.key)),
            "new": setting.shown(value),
        }
        answer = (await self._intercept("config.changing", payload, ctx)).get("new")
        return value if setting.secret and answer == MASK else setting.accept(answer)

    def _tell(self, setting: Setting, old: Value, ctx: CallContext) -> None:
        new = self.get(setting.key)
        data = {"key": setting.key, "old": setting.shown(old), "new": setting.shown(new)}
        self._publish("config.changed", data, ctx)

    def describe(self) -> list[dict[str, Any]]:
        """List every setting with its value and where that comes from, secrets masked."""
        return [self._row(self._settings[key]) for key in sorted(self._settings)]

    def _row(self, setting: Setting) -> dict[str, Any]:
        return {
            "key": setting.key,
            "value": setting.shown(self.get(setting.key)),
            "default": setting.shown(setting.default),
            "source": self.source(setting.key),
            "type": setting.type.__name__,
            "secret": setting.secret,
            "doc": setting.doc,
            "owner": setting.owner,
        }


def _not_started() -> RuntimeError:
    return RuntimeError("settings cannot be changed before ConfigManager.start")
