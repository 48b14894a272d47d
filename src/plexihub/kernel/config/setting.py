"""One setting: its name, its type, what it may be, and how a value for it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plexihub_sdk.errors import ConfigError

Value = str | int | float | bool
MASK = "********"
_WORDS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    Args:
        key: Dotted name, such as `server.port`.
        type: Of its value; a bool is no int here, and an int is a fine float.
        default: Where no layer says otherwise.
        doc: What it does, one sentence.
        secret: Never shown, only changed.
        check: Answers what is wrong with a value of the right type; an empty text if nothing.
        owner: The plugin that declared it, or `core`.
        local: Only file, environment and command line may say it, never somebody signed in: a
            wrong value would keep the hub from starting, or choose what it runs.
    """

    key: str
    type: type[Any]
    default: Value
    doc: str
    secret: bool = False
    check: Callable[[Any], str] | None = None
    owner: str = "core"
    local: bool = False

    def accept(self, value: Any, *, where: str = "") -> Value:
        """Answer `value` as it is to be kept.

        Raises:
            ConfigError: It is of another type, or `check` refuses it.
        """
        place = where or self.key
        if self.type is float and type(value) is int:
            value = float(value)
        if type(value) is not self.type:
            found = "a secret value" if self.secret else repr(value)
            raise ConfigError(
                f"`{self.key}` must be of type {self.type.__name__}, not {found}.",
                where=place,
                next=self.doc,
            )
        if self.check is not None and (problem := self.check(value)):
            raise ConfigError(f"`{self.key}`: {problem}", where=place, next=self.doc)
        kept: Value = value
        return kept

    def require_storable(self) -> None:
        """Let only settings pass that may be changed while the hub runs.

        Raises:
            ConfigError: It is local.
        """
        if self.local:
            raise ConfigError(
                f"`{self.key}` cannot be changed here.",
                where=self.key,
                next="Set it on the hub's own machine, in plexihub.toml or the environment.",
            )

    def read(self, text: str, *, where: str = "") -> Value:
        """Read a value from text, as environments and command lines have it.

        Raises:
            ConfigError: The text is no value of the setting's type.
        """
        return self.accept(self._parse(text), where=where)

    def _parse(self, text: str) -> object:
        if self.type is bool:
            return _WORDS.get(text.strip().lower(), text)
        if self.type is str:
            return text
        try:
            return self.type(text)
        except ValueError:
            return text

    def shown(self, value: Any) -> Any:
        """Answer `value`, or a mask where it is a secret."""
        return MASK if self.secret else value
