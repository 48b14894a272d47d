"""`plexihub policy`: try a policy file on a package before a hub follows it."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

from cyclopts import App

from plexihub.cli.common import Common, connected
from plexihub.cli.output import harmless, say, show_json, show_table
from plexihub.kernel.permissions.standing_file import read_standing
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

app = App(name="policy", help="Rules that decide about permissions without a question.")
_NO_OPTIONS = Common()


@app.command
async def check(
    file: Path, package: Path | None = None, /, *, common: Common = _NO_OPTIONS
) -> None:
    """Check a policy file, and say what it decides about a package; nothing is installed.

    Parameters
    ----------
    file
        The policy file, TOML.
    package
        A folder with a plugin.json, or one .ts, .js or .py file.
    """
    policy = await asyncio.to_thread(read_standing, file)
    if package is None:
        if common.json:
            return show_json({"rules": len(policy.rules)})
        return say(f"{harmless(file)} is right: {len(policy.rules)} rules.")
    source = {"source": os.path.abspath(package)}  # noqa: ASYNC240,PTH100 - looks at nothing
    async with connected(common) as api:
        found = await api.call("POST", "/plugins/describe", json=source)
    manifest, rows = _manifest(found), []
    for name in manifest.permissions:
        verdict = policy.judge(manifest, found["digest"], name)
        rows.append({"permission": name, "decision": verdict.decision, "rule": verdict.source})
    if common.json:
        return show_json(rows)
    cells = [(one["permission"], one["decision"], one["rule"]) for one in rows]
    return show_table(("permission", "decision", "rule"), cells, empty="It asks for nothing.")


def _manifest(found: dict[str, Any]) -> Manifest:
    scopes = found["permissions"]["scopes"]
    return Manifest(
        id=PluginId(found["id"]),
        version=found["version"],
        entrypoint="",
        author=found["author"],
        permissions=tuple(found["permissions"]["asked"]),
        scopes={
            name: {field: tuple(one) for field, one in scope["asked"].items()}
            for name, scope in scopes.items()
        },
    )
