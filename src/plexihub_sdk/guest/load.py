"""Imports a plugin and reads from its module what it is and which hooks it has.

Functions that are named after hooks (`on_dashboard_load`), a class as trusted plugins have one
(`class MyPlugin: def __init__(self, context)`), or both.
"""

from __future__ import annotations

import asyncio
import difflib
import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from plexihub_sdk.guest.api import Plugin
from plexihub_sdk.guest.context import SandboxContext
from plexihub_sdk.guest.importer import Importer
from plexihub_sdk.guest.serve import Hooked
from plexihub_sdk.guest.spelling import FUNCTIONS, spelled
from plexihub_sdk.manifest import PYTHON_CONSTANTS, PYTHON_MANIFEST

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_SIMILAR = 0.8


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin that is loaded.

    Args:
        facts: What it says of itself.
        hooks: Its handlers by the names of the wire.
    """

    facts: dict[str, Any]
    hooks: Mapping[str, Hooked] = field(default_factory=dict)


def load(entry: str, importer: Importer, plugin: Plugin) -> Loaded:
    """Import a plugin's entry point.

    Args:
        entry: Path of its file in the archive.
        importer: Has its files.
        plugin: What its hooks are handed.

    Raises:
        Exception: Whatever its code raises, or a TypeError that says what it lacks.
    """
    module = importlib.import_module(importer.module_name(entry))
    hooks = {**_functions(module, plugin), **_class_hooks(module, importer, plugin)}
    facts = _facts(module)
    if not hooks and not hasattr(module, PYTHON_MANIFEST):
        raise TypeError(
            "It has no hook: write `def on_dashboard_load(context, plugin): ...`, or a class named"
            " Plugin (or ending so) whose constructor takes a context."
        )
    return Loaded(facts, hooks)


def _facts(module: ModuleType) -> dict[str, Any]:
    found = {
        name: getattr(module, constant)
        for constant, name in PYTHON_CONSTANTS.items()
        if hasattr(module, constant)
    }
    said = getattr(module, PYTHON_MANIFEST, {})
    if not isinstance(said, Mapping):
        raise TypeError(f"{PYTHON_MANIFEST} must be a dictionary such as {{'id': 'hello-world'}}.")
    return {**found, **said}


def _functions(module: ModuleType, plugin: Plugin) -> dict[str, Hooked]:
    found = {}
    for name, value in vars(module).items():
        if not callable(value) or inspect.isclass(value):
            continue
        wire = FUNCTIONS.get(name)
        if wire is not None:
            is_async = inspect.iscoroutinefunction(value)
            handler = spelled(wire, _taking(value, plugin), is_async=is_async)
            found[wire] = Hooked(handler, is_async=is_async)
        elif name.startswith("on_"):
            _refuse_mistyped(name)
    return found


def _refuse_mistyped(name: str) -> None:
    close = difflib.get_close_matches(name, FUNCTIONS, n=1, cutoff=_SIMILAR)
    if close:
        raise TypeError(f"{name}() names no hook. Did you mean {close[0]}?")


def _taking(function: Callable[..., Any], plugin: Plugin) -> Callable[[Any], Any]:
    """Hand a function as much as it takes of the payload and the plugin."""
    count = _positional(function)
    if count == 0:
        return lambda _payload: function()
    if count == 1:
        return function
    return lambda payload: function(payload, plugin)


def _positional(function: Callable[..., Any]) -> int:
    if inspect.isfunction(function):  # at a fraction of the memory that a signature takes
        code = function.__code__
        return 2 if code.co_flags & inspect.CO_VARARGS else code.co_argcount
    parameters = inspect.signature(function).parameters.values()
    return sum(parameter.kind in _POSITIONAL for parameter in parameters)


def _class_hooks(module: ModuleType, importer: Importer, plugin: Plugin) -> dict[str, Hooked]:
    classes = [
        value
        for name, value in vars(module).items()
        if inspect.isclass(value) and name.endswith("Plugin") and importer.owns(value.__module__)
    ]
    found = [value for value in dict.fromkeys(classes) if _takes_context(value)]
    if not found:
        return {}
    if len(found) > 1:
        names = ", ".join(value.__name__ for value in found)
        raise TypeError(f"It has several plugin classes: {names}. Leave one.")
    context = SandboxContext(plugin)
    make: Callable[[SandboxContext], object] = found[0]
    make(context)  # its methods are the handlers, and keep it
    return {
        wire: _chained(callbacks)
        for wire, callbacks in context.events.handlers.items()
        if callbacks
    }


def _takes_context(value: type) -> bool:
    try:
        inspect.signature(value).bind(object())
    except (TypeError, ValueError):
        return False
    return True


def _chained(callbacks: list[Callable[[Any], Any]]) -> Hooked:
    """Make one handler of several: each changes the payload, or answers a mapping of changes."""
    if not any(inspect.iscoroutinefunction(callback) for callback in callbacks):

        def plain(payload: Any) -> Any:
            for callback in tuple(callbacks):
                _merge(payload, callback(payload))

        return Hooked(plain, is_async=False)

    async def waiting(payload: Any) -> Any:
        for callback in tuple(callbacks):
            answer = callback(payload)
            _merge(payload, await answer if asyncio.iscoroutine(answer) else answer)

    return Hooked(waiting, is_async=True)


def _merge(payload: Any, answer: Any) -> None:
    if answer is None:
        return
    if not isinstance(answer, Mapping) or not isinstance(payload, dict):
        raise TypeError(
            f"A handler answered with a {type(answer).__name__}: change the payload in place, or"
            " answer with a mapping of what is to change."
        )
    payload.update(answer)
