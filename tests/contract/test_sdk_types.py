"""The TypeScript SDK knows every hook, payload, permission and method, and says what each is."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from plexihub.runtimes.deno import find_deno
from plexihub_sdk.api import API
from plexihub_sdk.events import EVENTS, SANDBOX_EVENTS
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.hooks import HOOKS, SANDBOX_HOOKS
from plexihub_sdk.permissions import PERMISSIONS
from tools.api_types import camel
from tools.catalogue import fields_of

SDK = Path(__file__).parents[2] / "sdk-js"
FACES = ("mod.ts", "testing.ts", "globals.ts")


def deno(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Deno over the SDK."""
    return subprocess.run(
        [find_deno(""), *arguments],
        cwd=SDK,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def program() -> Iterator[str]:
    """Write a plugin with every hook, each field of its payload, each permission and method."""
    yield 'import type { Permission, PluginDefinition, Plugin } from "@plexihub/sdk";'
    yield f"export const all: Permission[] = {json.dumps(list(PERMISSIONS))};"
    yield "export default { permissions: all, hooks: {"
    for name in (*SANDBOX_HOOKS, *SANDBOX_EVENTS):
        yield f"  {name}: (context) => void context,"
    for name in HEARD:
        fields = ", ".join(
            f"payload.{field}"
            for field, _, _ in fields_of((HOOKS.get(name) or EVENTS[name]).payload)
        )
        yield f'  "{name}": (payload) => void [{fields}],'
    yield "} } satisfies PluginDefinition;"
    paths = ", ".join(f"plugin.api.{camel(method.path)}" for method in API)
    yield f"export const methods = (plugin: Plugin) => [{paths}];"


def test_every_exported_symbol_says_what_it_is() -> None:
    """Interfaces, their fields, methods and types: each has a sentence that editors show."""
    done = deno("doc", "--lint", *FACES)
    assert (done.returncode, done.stderr.count("missing-jsdoc")) == (0, 0), done.stderr[:2000]


def test_symbol_without_a_sentence_is_named(tmp_path: Path) -> None:
    """Otherwise the test above could not fail."""
    silent = tmp_path / "silent.ts"
    silent.write_text("export interface Silent { field: string }\n")
    done = deno("doc", "--lint", str(silent))
    assert done.returncode == 1
    assert done.stderr.count("missing-jsdoc") == 2


def test_editor_knows_every_hook_payload_permission_and_method(tmp_path: Path) -> None:
    """A plugin that uses all that the catalogue has passes the check of types."""
    assert len(HEARD) > 20
    assert set(HEARD) & set(HOOKS)
    written = tmp_path / "main.ts"
    written.write_text("\n".join(program()) + "\n")
    done = deno("check", "--config", "deno.json", str(written))
    assert done.returncode == 0, done.stderr


def test_wrong_words_of_a_plugin_are_errors() -> None:
    """`types_test.ts` expects an error for each, and an expectation without an error is one."""
    wrong = SDK / "types_test.ts"
    assert wrong.read_text().count("@ts-expect-error") == 12
    done = deno("check", "--config", "deno.json", str(wrong))
    assert done.returncode == 0, done.stderr
