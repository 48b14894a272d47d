"""One setting: its name, its type, what it may be, and how a value for it is read."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub_sdk.errors import ConfigError, PermissionDenied

#: None where nothing was ever set and there is no default.
Value = str | int | float | bool | list[str] | None
MASK = "********"
LONGEST_TEXT = 20_000
MOST_ENTRIES = 1000
#: The whole numbers that every reader of JSON understands.
LARGEST = 2**53
_SHOWN = 200
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
        type: Of its value; a bool is no int here, an int is a fine float, a list holds texts.
        default: Where no layer says otherwise; None leaves it not set.
        doc: What it does, one sentence.
        secret: Never shown, only changed.
        check: Answers what is wrong with a value of the right type; an empty text if nothing.
        owner: The plugin that declared it, or `core`.
        local: Only file, environment and command line may say it, never somebody signed in: a
            wrong value would keep the hub from starting, or choose what it runs.
        operator: Beside file, environment and command line, only the operator may change it: never
            somebody signed in, and no plugin.
        title: For people; the key's last part when empty.
        minimum: The least number.
        maximum: The greatest number.
        choices: The only values, where there are few.
        format: What a text is, such as `email`, for the page's form.
        restart: Whether a change acts only when the hub starts again.
    """

    key: str
    type: type[Any]
    default: Value
    doc: str
    secret: bool = False
    check: Callable[[Any], str] | None = None
    owner: str = "core"
    local: bool = False
    operator: bool = False
    title: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str | int | float, ...] = ()
    format: str = ""
    restart: bool = False

    def accept(self, value: Any, *, where: str = "") -> Value:
        """Answer `value` as it is to be kept.

        Raises:
            ConfigError: It is of another type or out of bounds, or `check` refuses it.
        """
        place = where or self.key
        if self.type is float and type(value) is int:
            value = float(value)
        if type(value) is not self.type:
            found = "a secret value" if self.secret else _shortened(value)
            raise ConfigError(
                f"`{self.key}` must be of type {self.type.__name__}, not {found}.",
                where=place,
                next=self.doc,
            )
        problem = _unfit(value) or self._out_of_bounds(value)
        if problem or (self.check is not None and (problem := self.check(value))):
            raise ConfigError(f"`{self.key}`: {problem}", where=place, next=self.doc)
        kept: Value = list(value) if self.type is list else value
        return kept

    def _out_of_bounds(self, value: Any) -> str:
        shown = "the value given" if self.secret else _shortened(value)
        if self.choices and value not in self.choices:
            return f"must be one of {', '.join(map(str, self.choices))}, not {shown}."
        least, most = self.minimum, self.maximum
        if least is not None and most is not None and not least <= value <= most:
            return f"must be from {least:g} to {most:g}, not {shown}."
        if least is not None and not value >= least:
            return f"must be at least {least:g}, not {shown}."
        if most is not None and not value <= most:
            return f"must be at most {most:g}, not {shown}."
        return ""

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

    def require_changer(self, ctx: CallContext) -> None:
        """Let only those pass who may change it while the hub runs.

        Raises:
            PermissionDenied: It is the operator's alone.
        """
        if self.operator and ctx.actor.kind not in {"operator", "core"}:
            raise PermissionDenied(
                "operator",
                f"Only whoever runs the hub may change `{self.key}`.",
                where=self.key,
                next=f"On the hub's own machine: plexihub config set {self.key} VALUE",
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
        if self.type is list:
            return [part.strip() for part in text.split(",") if part.strip()]
        try:
            return self.type(text)
        except ValueError:
            return text

    def shown(self, value: Any) -> Any:
        """Answer `value`, or a mask where it is a secret that is set."""
        return value if not self.secret or value is None or value == "" else MASK

    @property
    def acts(self) -> str:
        """When a change acts: `at once`, or `after a restart`."""
        return "after a restart" if self.restart or self.local else "at once"


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _unfit(value: Any) -> str:
    """Tell why a value cannot be kept or told as JSON, whatever the setting; empty if it can."""
    if isinstance(value, float) and not math.isfinite(value):
        return "must be a number."
    if isinstance(value, int) and abs(value) > LARGEST:
        return f"must be a number up to {LARGEST}."
    if isinstance(value, str):
        return _unfit_text(value)
    return _unfit_list(value) if isinstance(value, list) else ""


def _unfit_list(values: list[Any]) -> str:
    if len(values) > MOST_ENTRIES:
        return f"may have {MOST_ENTRIES} entries at most."
    if not all(type(one) is str for one in values):
        return "must be a list of texts."
    return next((problem for one in values if (problem := _unfit_text(one))), "")


def _unfit_text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        return f"may have {LONGEST_TEXT} characters at most."
    try:
        text.encode()
    except UnicodeEncodeError:
        return "must be text; half of a character stands in it."
    return ""
