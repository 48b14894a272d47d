"""Takes out of a plugin's reach what would reach outside: depth, with better words than EPERM.

A plugin's modules have built-ins of their own: `import` finds the list of `modules`, the SDK and
the plugin's files; `open` says what to use instead; `sys` is a small part of it. The standard
library keeps what it needs. Who digs through frames finds more, and meets the operating system.
"""

from __future__ import annotations

import builtins
import functools
import importlib.resources
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from plexihub_sdk.guest import modules
from plexihub_sdk.guest.importer import Importer

_SYS = (
    *("version", "version_info", "hexversion", "implementation", "platform", "byteorder"),
    *("maxsize", "maxunicode", "float_info", "int_info", "hash_info", "getsizeof", "intern"),
    *("getrecursionlimit", "exc_info", "exception", "get_int_max_str_digits"),
)
#: Taken out of `sys.modules`; whoever of the standard library needs one later still gets it.
_HIDDEN = """
    _ctypes _multiprocessing _pickle _posixshmem _posixsubprocess _signal _socket _sqlite3 _ssl
    concurrent ctypes fcntl gc glob imp marshal mmap multiprocessing os os.path pathlib pickle posix
    posixpath resource runpy select selectors shutil signal site socket ssl subprocess tempfile
    zipfile zipimport
"""
_HIDDEN_BELOW = ("plexihub_sdk.guest.", "concurrent.")
_LEFT_OUT = frozenset({"exit", "quit", "help", "copyright", "credits", "license"})
_REFUSED: Mapping[str, str] = {
    "open": "a sandboxed plugin has no files: what it brings is read with importlib.resources, and"
    " what it keeps goes through plugin.api",
    "input": "a sandboxed plugin has no keyboard",
    "breakpoint": "a sandboxed plugin has no debugger: print() writes to the hub's log",
}

Import = Callable[..., Any]


def plugin_builtins() -> dict[str, Any]:
    """Answer the built-ins of a plugin's modules; `guard` completes them.

    Made once, before a process is forked for each plugin: a copy would write to every one of them.
    """
    return _BUILTINS


def guard(
    own: dict[str, Any], importer: Importer, instead: Mapping[str, ModuleType] | None = None
) -> None:
    """Close what a plugin's modules can import, and hide the rest.

    Args:
        own: Of `plugin_builtins`.
        importer: Finds the plugin's own modules.
        instead: Further modules that a plugin gets in the place of those of the same name.
    """
    real = builtins.__import__
    own["__import__"] = _plugin_import(real, importer, {**_smaller(), **(instead or {})})
    hidden = {name: sys.modules.pop(name) for name in hidden_names()}
    builtins.__import__ = _library_import(real, hidden)


def _refusing(name: str, says: str) -> Callable[..., Any]:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise PermissionError(f"{name}() is refused: {says}")

    refuse.__name__ = name
    return refuse


def _small(name: str, holds: Mapping[str, Any]) -> ModuleType:
    module = ModuleType(name, f"The part of `{name}` that a sandboxed plugin has.")
    vars(module).update(holds)
    return module


def _smaller() -> Mapping[str, ModuleType]:
    """Answer what a plugin gets for modules of which it has a part only."""
    vars(_SMALLER["sys"]).update(stdout=sys.stdout, stderr=sys.stderr)
    return _SMALLER


@functools.cache
def hidden_names() -> tuple[str, ...]:
    """Answer which loaded modules are hidden; asked once before a process is forked."""
    listed = frozenset(_HIDDEN.split())
    return tuple(name for name in sys.modules if name in listed or name.startswith(_HIDDEN_BELOW))


def _plugin_import(real: Import, importer: Importer, smaller: Mapping[str, ModuleType]) -> Import:
    def plugin_import(
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - the protocol's
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - the protocol's
        fromlist: tuple[str, ...] = (),
        level: int = 0,
    ) -> Any:
        if level == 0:
            if name == "sys":
                return smaller[name]
            _check(name, tuple(fromlist or ()), importer)
            root = smaller.get(name.partition(".")[0])
            if root is not None and not ("." in name and fromlist):
                return root
        return real(name, globals, locals, fromlist, level)

    return plugin_import


def _check(name: str, fromlist: tuple[str, ...], importer: Importer) -> None:
    """Refuse an import that is not for a plugin.

    Raises:
        ModuleNotFoundError: It says what is possible instead.
    """
    allowed = modules.ALLOWED | modules.SDK
    if name in allowed or importer.owns(name):
        return
    if name in modules.PARENTS and fromlist:
        if all(f"{name}.{each}" in allowed for each in fromlist):
            return
    elif importer.has(name) and name.partition(".")[0] not in sys.stdlib_module_names:
        return
    raise ModuleNotFoundError(modules.refusal(name), name=name)


def _library_import(real: Import, hidden: Mapping[str, ModuleType]) -> Import:
    def library_import(
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - the protocol's
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - the protocol's
        fromlist: tuple[str, ...] = (),
        level: int = 0,
    ) -> Any:
        found = hidden.get(name) if level == 0 else None
        if found is None:
            return real(name, globals, locals, fromlist, level)
        return found if fromlist or "." not in name else hidden[name.partition(".")[0]]

    return library_import


_BUILTINS = {
    **{name: value for name, value in vars(builtins).items() if name not in _LEFT_OUT},
    **{name: _refusing(name, says) for name, says in _REFUSED.items()},
}
_SMALLER = {
    "sys": _small("sys", {name: getattr(sys, name) for name in _SYS if hasattr(sys, name)}),
    "importlib": _small("importlib", {"resources": importlib.resources}),
}
