"""A plugin's section of settings, read from a JSON Schema.

What a settings form can show is taken: texts, numbers, switches, choices, lists of texts. All else
is refused with its place, for a keyword that were ignored would promise a check that nobody makes.
Patterns run in time that grows with the text alone, and nothing is fetched.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import jsonschema_rs

from plexihub.kernel.config.setting import Setting
from plexihub_sdk.errors import ConfigError
from plexihub_sdk.ids import PluginId

LARGEST = 64 * 1024
MOST = 100
LONGEST_TITLE = 100
LONGEST_DOC = 500
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}\Z")
_TYPES: dict[str, type[Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "array": list,
}
_NOTES = frozenset({"title", "description", "$comment", "examples"})
_TOP = _NOTES | {"$schema", "type", "properties", "required", "additionalProperties"}
_ANY = _NOTES | {"type", "default", "writeOnly", "enum"}
_TEXT = frozenset({"minLength", "maxLength", "pattern", "format"})
_NUMBER = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_KEYWORDS = {
    "string": _ANY | _TEXT,
    "integer": _ANY | _NUMBER,
    "number": _ANY | _NUMBER,
    "boolean": _ANY - {"enum"},
    "array": (_ANY - {"enum"}) | {"items", "minItems", "maxItems", "uniqueItems"},
}
_ITEMS = (_NOTES | _TEXT) | {"type", "enum"}
FORMATS = (
    "date",
    "date-time",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "password",
    "time",
    "uri",
    "uuid",
)
_HIDDEN = "what was given"


@dataclass(frozen=True, slots=True)
class Section:
    """A group of settings that one plugin brought.

    Args:
        plugin: Whose it is; the keys are `<plugin>.<name>`.
        title: For people.
        doc: What it is about; may be empty.
        settings: In the order of the schema.
    """

    plugin: PluginId
    title: str
    doc: str
    settings: tuple[Setting, ...]


def read_section(plugin: PluginId, schema: object, title: str = "") -> Section:
    """Read a section from a JSON Schema of type `object`.

    Args:
        plugin: Whose it is.
        schema: Its `properties` are the settings.
        title: For people; the schema's own, or one made of the plugin's id, when empty.

    Raises:
        ConfigError: It is no such schema; the message names the plugin and the place.
    """
    return _Reader(plugin).section(schema, title)


class _Reader:
    def __init__(self, plugin: PluginId) -> None:
        self._plugin = plugin

    def _wrong(self, place: str, problem: str, do: str = "") -> ConfigError:
        return ConfigError(
            f"The settings of {self._plugin} cannot be used: `{place}` {problem}",
            where=f"{self._plugin}: {place}",
            next=do or "Correct the plugin's schema of settings.",
        )

    def section(self, schema: object, title: str) -> Section:
        top = self._mapping("settings", schema)
        self._require_plain(top)
        self._refuse_loose(top)
        self._refuse_unknown("settings", top, _TOP)
        if top.get("type", "object") != "object":
            raise self._wrong("settings.type", "must be 'object'.")
        fields = self._mapping("settings.properties", top.get("properties"))
        if not 1 <= len(fields) <= MOST:
            raise self._wrong("settings.properties", f"must have 1 to {MOST} entries.")
        settings = tuple(self._setting(name, field) for name, field in fields.items())
        self._check_required(top.get("required", []), settings)
        shown = title or self._text("settings.title", top, "title", LONGEST_TITLE)
        doc = self._text("settings.description", top, "description", LONGEST_DOC)
        return Section(self._plugin, shown or _worded(self._plugin, "-"), doc, settings)

    def _mapping(self, place: str, value: object) -> Mapping[str, Any]:
        if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
            raise self._wrong(place, "must be an object of JSON Schema.")
        return value

    def _require_plain(self, schema: Mapping[str, Any]) -> None:
        try:
            size = len(json.dumps(schema, allow_nan=False).encode())
        except (TypeError, ValueError, RecursionError) as error:
            raise self._wrong("settings", f"is no JSON: {error}.") from None
        if size > LARGEST:
            raise self._wrong("settings", f"may have {LARGEST} bytes at most.")

    def _refuse_unknown(self, place: str, schema: Mapping[str, Any], known: frozenset[str]) -> None:
        for word in schema:
            if word == "$ref":
                raise self._wrong(f"{place}.$ref", "refers elsewhere; write the schema out here.")
            if word not in known:
                close = difflib.get_close_matches(word[:LONGEST_TITLE], known, n=1)
                hint = f" Did you mean {close[0]!r}?" if close else ""
                raise self._wrong(f"{place}.{word}"[:200], f"is no keyword that fits here.{hint}")

    def _refuse_loose(self, top: Mapping[str, Any]) -> None:
        loose = [name for name in top if name not in _TOP and isinstance(top[name], Mapping)]
        if loose and "properties" not in top:
            raise self._wrong(
                f"settings.{loose[0]}"[:200],
                "stands beside the schema's keywords, and is none.",
                'Settings stand one level deeper: "settings": {"properties": {…}}.',
            )

    def _text(self, place: str, schema: Mapping[str, Any], word: str, most: int) -> str:
        value = schema.get(word, "")
        if not isinstance(value, str) or len(value) > most or not value.isprintable():
            raise self._wrong(place, f"must be printable text of at most {most} characters.")
        return value

    def _check_required(self, required: object, settings: tuple[Setting, ...]) -> None:
        empty = {one.key.partition(".")[2] for one in settings if one.default is None}
        names = {one.key.partition(".")[2] for one in settings}
        if not isinstance(required, list | tuple) or not all(one in names for one in required):
            raise self._wrong("settings.required", "must be a list of names in `properties`.")
        for name in required:
            if name in empty:
                raise self._wrong(
                    "settings.required",
                    f"lists {name!r}, which has no default: it is not set at first.",
                    "Give it a default, or take it off the list.",
                )

    def _setting(self, name: str, value: object) -> Setting:
        place = f"settings.properties.{name}"[:200]
        if not _NAME.match(name):
            raise self._wrong(place, "must be named with letters, digits and _, a letter first.")
        schema = self._mapping(place, value)
        kind = schema.get("type")
        if not isinstance(kind, str) or kind not in _TYPES:
            raise self._wrong(f"{place}.type", f"must be one of {', '.join(_TYPES)}.")
        self._check_choices(f"{place}.enum", schema, _TYPES[kind])
        self._refuse_unknown(place, schema, _KEYWORDS[kind])
        self._check_format(place, schema)
        secret = schema.get("writeOnly") is True or schema.get("format") == "password"
        if kind == "array":
            self._check_items(f"{place}.items", schema.get("items"))
            if secret:
                raise self._wrong(place, "is a list, and only single values can be secret.")
        setting = Setting(
            key=f"{self._plugin}.{name}",
            type=_TYPES[kind],
            default=None,
            doc=self._text(f"{place}.description", schema, "description", LONGEST_DOC),
            secret=secret,
            check=self._checker(place, schema, secret=secret),
            owner=self._plugin,
            title=self._text(f"{place}.title", schema, "title", LONGEST_TITLE)
            or _worded(name, "_"),
            minimum=schema.get("minimum"),
            maximum=schema.get("maximum"),
            choices=tuple(schema.get("enum", ())),
            format="" if secret else schema.get("format", ""),
        )
        return self._with_default(place, setting, schema)

    def _check_choices(self, place: str, schema: Mapping[str, Any], kind: type[Any]) -> None:
        choices = schema.get("enum", [""])
        fits = {float: (int, float)}.get(kind, (kind,))
        if not isinstance(choices, list | tuple) or not choices:
            raise self._wrong(place, "must be a list of at least one value.")
        if "enum" in schema and not all(type(one) in fits for one in choices):
            raise self._wrong(place, f"must hold values of the type {schema['type']!r} alone.")

    def _check_format(self, place: str, schema: Mapping[str, Any]) -> None:
        if schema.get("format", FORMATS[0]) not in FORMATS:
            raise self._wrong(f"{place}.format", f"must be one of {', '.join(FORMATS)}.")
        if not isinstance(schema.get("writeOnly", False), bool):
            raise self._wrong(f"{place}.writeOnly", "must be true or false.")

    def _check_items(self, place: str, value: object) -> None:
        items = self._mapping(place, value)
        if items.get("type") != "string":
            raise self._wrong(f"{place}.type", "must be 'string': a list holds texts.")
        self._refuse_unknown(place, items, _ITEMS)
        self._check_format(place, items)

    def _checker(
        self, place: str, schema: Mapping[str, Any], *, secret: bool
    ) -> Callable[[Any], str]:
        rules = {word: value for word, value in schema.items() if word not in _NOTES}
        try:
            validator = jsonschema_rs.Draft202012Validator(
                rules,
                validate_formats=True,
                # Not the engine that backtracks: a pattern must not be able to stop the hub.
                pattern_options=jsonschema_rs.RegexOptions(),
                mask=_HIDDEN if secret else None,
            )
        except jsonschema_rs.ValidationError as error:
            inside = "".join(f".{part}" for part in error.instance_path)
            problem = error.message
            if inside.endswith(".pattern"):
                problem += " that always ends in good time (no look-around, no back-reference)"
            raise self._wrong(f"{place}{inside}", f"is wrong: {problem}.") from None
        except ValueError as error:
            raise self._wrong(place, f"is wrong: {error}.") from None

        def check(value: Any) -> str:
            first = next(iter(validator.iter_errors(value)), None)
            return f"{first.message}." if first is not None else ""

        return check

    def _with_default(self, place: str, setting: Setting, schema: Mapping[str, Any]) -> Setting:
        if "default" not in schema:
            return setting
        try:
            return replace(setting, default=setting.accept(schema["default"]))
        except ConfigError as error:
            raise self._wrong(f"{place}.default", f"does not fit: {error.message}") from None


def _worded(name: str, gap: str) -> str:
    text = name.replace(gap, " ")
    return text[:1].upper() + text[1:]
