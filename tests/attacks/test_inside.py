"""Attacks from within each language: every trick that reaches for something outside of the guest.

An attack gets hold of what its language gives (subclasses, frames, constructors, prototypes), which
is no secret, and then of something that is the hub's, another plugin's or the machine's: what it
answers is what it got. Nothing may be got, and no canary may notice.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub.kernel.ports import PluginInstance
from plexihub_sdk.errors import (
    LimitExceededError,
    PermissionDenied,
    PluginCrashedError,
    PluginRaisedError,
    PluginTimeoutError,
)
from tests.attacks.inside_programs import DENO, DIG, PYTHON, PYTHON_CRASHES
from tests.support.confined import SECRET, Targets
from tests.zoo.sandbox import Sandbox, make_sandbox, write

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.sandbox,
    pytest.mark.checklist("A-05", "A-18", "A-19", "A-20"),
]

PYTHON_PLUGIN = """
import abc
import codecs
import contextlib
import copyreg
import inspect
import io
import json
import logging
import tokenize
import traceback

{dig}
ATTACKS = {{}}


def attack(name):
    return lambda work: ATTACKS.setdefault(name, work)


{attacks}


def on_dashboard_load(context, plugin):
    got = ATTACKS[context["attack"]](context["targets"], plugin)
    return {{"got": None if got is None else str(got)[:300]}}


def on_data_fetch():
    return {{"alive": True}}
"""
DENO_PLUGIN = """
// deno-lint-ignore-file
const attacks: Record<string, (T: any, plugin: any) => Promise<unknown>> = {{
{attacks}
}};
export default {{
  id: "inside", version: "1.0.0", permissions: ["events:emit"], hooks: {{
    async onDashboardLoad({{ attack, targets }}: any, plugin: any) {{
      const got = await attacks[attack](targets, plugin);
      return {{ got: got === null || got === undefined ? null : String(got).slice(0, 300) }};
    }},
    onDataFetch: () => ({{ alive: true }}),
  }},
}};
"""


def python_plugin() -> str:
    """Write all attacks of Python as one plugin."""
    made = [
        f"@attack({name!r})\ndef _(T, plugin):\n{indent(code.strip(), '    ')}\n"
        for name, code in {**PYTHON, **PYTHON_CRASHES}.items()
    ]
    return PYTHON_PLUGIN.format(dig=DIG, attacks="\n\n".join(made))


def deno_plugin() -> str:
    """Write all attacks of JavaScript as one plugin."""
    made = [f"  {name!r}: async (T, plugin) => {{ {code} }}," for name, code in DENO.items()]
    return DENO_PLUGIN.format(attacks="\n".join(made))


class Guests:
    """The attackers, started again after an attack that ends them."""

    def __init__(self, folder: Path) -> None:
        self.sandboxes: dict[str, Sandbox] = {}
        self.paths: dict[str, Path] = {}
        for language, name, code in (
            ("python", "inside.py", python_plugin()),
            ("deno", "inside.ts", deno_plugin()),
        ):
            (folder / language).mkdir()
            self.sandboxes[language] = make_sandbox(folder / language, language, call_seconds=8.0)
            self.sandboxes[language].door.error = PermissionDenied("all", "Nothing was granted.")
            self.paths[language] = write(folder / language / "code", name, code)
        self._running: dict[str, tuple[Any, PluginInstance]] = {}

    async def of(self, language: str) -> PluginInstance:
        """Answer the attacker of a language."""
        if language in self._running and self._running[language][1].ended.done():
            await self.close(language)
        if language not in self._running:
            context = self.sandboxes[language].running(self.paths[language])
            self._running[language] = context, await context.__aenter__()
        return self._running[language][1]

    async def close(self, language: str) -> None:
        """Stop one."""
        if language in self._running:
            context, _ = self._running.pop(language)
            await context.__aexit__(None, None, None)


@pytest.fixture(scope="module")
async def guests(
    tmp_path_factory: pytest.TempPathFactory, anyio_backend: object
) -> AsyncIterator[Guests]:
    """Give one attacker a language for all attacks."""
    del anyio_backend
    async with _open(tmp_path_factory.mktemp("inside")) as guests:
        yield guests


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator[Guests]:
    guests = Guests(folder)
    for language in guests.sandboxes:  # before the first test, which would seem to leave them
        await guests.of(language)
    try:
        yield guests
    finally:
        for language in guests.sandboxes:
            await guests.close(language)


async def attempt(guests: Guests, language: str, name: str, canaries: Targets) -> Any:
    """Let the attacker try; answer what it got, and see that the other one is unharmed."""
    targets = {
        **canaries.names,
        "FOLDER": str(canaries.file.parent),
        "SECRET": SECRET[::-1],
        "ASK": True,
    }
    guests.sandboxes[language].door.asked.clear()
    guest = await guests.of(language)
    try:
        answer: Any = await guest.call_hook(
            "onDashboardLoad", {"attack": name, "targets": targets}, CallContext()
        )
        return answer["got"]
    except (LimitExceededError, PluginRaisedError, PluginCrashedError, PluginTimeoutError):
        return None
    finally:
        for asked, method, _ in guests.sandboxes[language].door.asked:
            assert asked.actor.id == "inside"
            assert method in {"events.emit", "network.fetch"}
            assert asked.on_behalf_of is None
        other = await guests.of("deno" if language == "python" else "python")
        assert await other.call_hook("onDataFetch", {}, CallContext()) == {"alive": True}


#: What harms nobody where nothing holds it.
TRIED_OUTSIDE = (
    *("subclasses to an opened file", "subclasses to the real open", "io.open_code"),
    *("io.FileIO for writing", "os behind logging", "os behind inspect", "open behind codecs"),
    *("builtins behind codecs", "open behind tokenize", "linecache", "machinery behind inspect"),
    *("the loader of a module", "importlib behind inspect", "ctypes by its own finder"),
    *("every object of the collector", "the frames above", "its own environment", "a shell"),
    *("the memory of the hub by /proc", "a program", "a fork", "a socket", "an abstract socket"),
    *("writing the canary", "removing the canary", "pickle behind copyreg", "marshal"),
)
OUTSIDE = """
import json, sys
names, targets = json.loads(sys.argv[1])
got = {}
for name in names:
    try:
        got[name] = ATTACKS[name](targets, None)
    except Exception as error:
        got[name] = None
        print(name, repr(error), file=sys.stderr)
print(json.dumps([name for name in names if got[name] is None]), flush=True)
"""


def test_same_attacks_succeed_where_nothing_holds_them(tmp_path: Path) -> None:
    """In a plain interpreter they get what they are after: they are no straw men."""
    with closing(Targets(tmp_path)) as targets:
        names = {**targets.names, "FOLDER": str(tmp_path), "SECRET": SECRET[::-1]}
        code = python_plugin() + f"\nKEPT = {SECRET!r}\n" + OUTSIDE
        tried = [name for name in TRIED_OUTSIDE if name != "removing the canary"]
        order = json.dumps([[*tried, "removing the canary"], names])
        done = subprocess.run(
            [sys.executable, "-c", code, order],
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
    assert json.loads(done.stdout.splitlines()[-1]) == [], done.stderr


@pytest.mark.parametrize("name", PYTHON)
async def test_python_reaches_nothing(guests: Guests, canaries: Targets, name: str) -> None:
    """Whatever Python gives, nothing outside of the process is read, written or told."""
    assert await attempt(guests, "python", name, canaries) is None


@pytest.mark.parametrize("name", PYTHON_CRASHES)
async def test_python_hurts_itself_alone(guests: Guests, canaries: Targets, name: str) -> None:
    """A process that breaks its own interpreter is an end like any other."""
    assert await attempt(guests, "python", name, canaries) is None


@pytest.mark.parametrize("name", DENO)
async def test_javascript_reaches_nothing(guests: Guests, canaries: Targets, name: str) -> None:
    """Whatever JavaScript gives, nothing outside of the process is read, written or told."""
    assert await attempt(guests, "deno", name, canaries) is None
