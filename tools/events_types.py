"""The TypeScript types of every payload: `sdk-js/catalogue.ts`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from plexihub_sdk.events import EVENTS
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import HOOKS
from tools.catalogue import description_of, fields_of, is_none, joined, payloads, spelled
from tools.catalogue_words import words_of

_NAMES = {str: "string", int: "number", float: "number", bool: "boolean", dict: "object"}
_HEAD = """\
/**
 * What every hook and event of the hub carries. Written by `make generate`; not edited by hand.
 *
 * @module
 */
"""
_WIDTH = 96


def text() -> str:
    """Make the file."""
    parts = [line for payload in payloads() for line in _interface(payload)]
    hooks = _map("HookPayloads", "The payload of each hook, by its name.", HOOKS)
    events = _map("EventPayloads", "The payload of each event, by its name.", EVENTS)
    named = {name: HOOKS.get(name) or EVENTS[name] for name in HEARD}
    heard = _map("HeardPayloads", "What a sandboxed plugin hears by its own name.", named)
    return joined([_HEAD, *parts, *hooks, "", *events, "", *heard])


def _interface(payload: type[Any]) -> Iterator[str]:
    yield from _comment(description_of(payload))
    yield f"export interface {payload.__name__} {{"
    for name, hint, always in fields_of(payload):
        yield f"  /** {words_of(payload, name)} */"
        yield f"  {name}{'' if always else '?'}: {_type(hint)};"
    yield "}"
    yield ""


def _comment(text: str) -> Iterator[str]:
    if len(text) + 7 <= _WIDTH:
        yield f"/** {text} */"
        return
    yield "/**"
    for line in textwrap.wrap(text, _WIDTH):
        yield f" * {line}"
    yield " */"


def _type(hint: Any) -> str:
    return spelled(hint, _name, _shape)


def _name(hint: Any) -> str:
    return "null" if is_none(hint) else _NAMES.get(hint, "unknown")


def _shape(origin: Any, inner: str) -> str:
    if origin is list:
        return f"({inner})[]" if " " in inner else f"{inner}[]"
    return f"Record<string, {inner}>"


def _map(name: str, says: str, entries: Mapping[str, Any]) -> Iterator[str]:
    yield f"/** {says} */"
    yield f"export interface {name} {{"
    for one, entry in sorted(entries.items()):
        yield f"  /** {entry.doc} */"
        yield f'  "{one}": {entry.payload.__name__};'
    yield "}"
