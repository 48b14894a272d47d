"""`Values`: every setting that is declared now, its value, and the layer that the value is from."""

from __future__ import annotations

import difflib
import logging
from collections.abc import Iterable
from typing import Any

from plexihub.kernel.config.setting import Setting, Value
from plexihub.kernel.config.source import PREFIX, Layers, Source, variable
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.ports import Undo
from plexihub_sdk.errors import ConfigError, ConflictError
from plexihub_sdk.ids import PluginId

_log = logging.getLogger(__name__)
LONGEST_KEY = 100
_ABSENT: Any = object()


class Values:
    """What is declared, and what counts."""

    def __init__(self, ownership: Ownership, layers: Layers) -> None:
        self._ownership = ownership
        self._layers = layers
        #: Another one after each change, so that others may keep what they made of values.
        self.revision = 0
        self._settings: dict[str, Setting] = {}
        self._below: dict[str, tuple[Value, Source]] = {}
        self._stored: dict[str, Any] = {}
        #: Stored values that a setting refuses: kept, for the version of a plugin that took them.
        self._refused: set[str] = set()

    def declare(self, settings: Iterable[Setting], plugin: PluginId | None = None) -> Undo:
        """Make settings known.

        Args:
            settings: All of them are taken, or none.
            plugin: Whose they are; the plugin whose code runs now when absent.

        Returns:
            An undo that makes them unknown again; what was stored stays stored.

        Raises:
            ConflictError: A key is declared already, or would have the variable of another.
            ConfigError: A layer has a value that the setting refuses.
        """
        wanted = list(settings)
        values = {}
        variables = {variable(key): key for key in self._settings}
        for setting in wanted:
            taken = variables.setdefault(variable(setting.key), setting.key)
            if setting.key in self._settings or setting.key in values:
                raise ConflictError(f"`{setting.key}` is declared already.", where=setting.key)
            if taken != setting.key:
                raise ConflictError(
                    f"`{setting.key}` and `{taken}` would have the same variable of the"
                    f" environment, {variable(taken)}.",
                    where=setting.key,
                    next="Give it another name.",
                )
            values[setting.key] = self._read_layers(setting)
        self.revision += 1
        for setting in wanted:
            self._settings[setting.key] = setting
            self._below[setting.key] = values[setting.key]
            self._check_stored(setting)
        return self._ownership.note(lambda: self._withdraw(wanted), plugin)

    def _withdraw(self, settings: list[Setting]) -> None:
        self.revision += 1
        for setting in settings:
            self._settings.pop(setting.key, None)
            self._below.pop(setting.key, None)
            self._refused.discard(setting.key)

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
        default = setting.default
        return default if default is None else setting.accept(default), "default"

    def _check_stored(self, setting: Setting) -> None:
        if setting.key not in self._stored:
            return
        try:
            setting.require_storable()
            self._stored[setting.key] = setting.accept(self._stored[setting.key])
        except ConfigError as error:
            self._refused.add(setting.key)
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

    def warn_of_unknown(self, *, ignored: Iterable[str] = ()) -> None:
        """Log what `unknown` tells."""
        for problem in self.unknown(ignored=ignored).values():
            _log.warning("%s", problem)

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
        below = self._below.get(key)
        if below is None:
            if default is not _ABSENT:
                return default
            below = self._below[self.setting(key).key]
        found, source = below
        if key in self._stored and key not in self._refused and source != "flag":
            found = self._stored[key]
        return found.copy() if type(found) is list else found

    def _is_stored(self, key: str) -> bool:
        return key in self._stored and key not in self._refused

    def source(self, key: str) -> Source:
        """Tell which layer the value comes from.

        Raises:
            ConfigError: No setting has this key.
        """
        below = self._below[self.setting(key).key][1]
        return "stored" if below != "flag" and self._is_stored(key) else below

    def describe(self) -> list[dict[str, Any]]:
        """List every setting with its value and where that comes from, secrets masked."""
        return [self.row(key) for key in sorted(self._settings)]

    def row(self, key: str) -> dict[str, Any]:
        """Describe one setting, as `describe` does.

        Raises:
            ConfigError: No setting has this key.
        """
        setting = self.setting(key)
        return {
            "key": setting.key,
            "value": setting.shown(self.get(setting.key)),
            "default": setting.shown(setting.default),
            "source": self.source(setting.key),
            "type": setting.type.__name__,
            "secret": setting.secret,
            "doc": setting.doc,
            "owner": setting.owner,
            "title": setting.title,
            "minimum": setting.minimum,
            "maximum": setting.maximum,
            "choices": list(setting.choices),
            "format": setting.format,
            "acts": setting.acts,
            "local": setting.local,
            "operator": setting.operator,
        }
