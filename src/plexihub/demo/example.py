"""Installs the example plugins of both tiers, as an operator would."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from plexihub.kernel.consent import phrase
from plexihub.kernel.context import CallContext
from plexihub.kernel.lifecycle import Lifecycle
from plexihub.kernel.ports import InstallRequest, StoredPlugin, Tier
from plexihub_sdk.errors import PlexiHubError
from plexihub_sdk.manifest import Manifest

_log = logging.getLogger(__name__)

_HERE = Path(__file__).resolve()
#: Packaged with the hub, or the folder of a clone.
FOLDERS = (_HERE.parents[1] / "examples", _HERE.parents[3] / "examples")
EXAMPLES: tuple[tuple[str, Tier], ...] = (
    ("sandboxed/hello-world.ts", "sandboxed"),
    ("sandboxed/team-pulse", "sandboxed"),
    ("sandboxed/word-filter", "sandboxed"),
    ("sandboxed/poll", "sandboxed"),
    ("sandboxed/weekly-digest", "sandboxed"),
    ("sandboxed/contact-mask", "sandboxed"),
    ("sandboxed/sign-off", "sandboxed"),
    ("trusted/my_plugin.py", "trusted"),
    ("trusted/promote_user.py", "trusted"),
    ("trusted/promote-button", "trusted"),
    ("trusted/welcome", "trusted"),
    ("trusted/nightly-report", "trusted"),
    ("trusted/slash-command", "trusted"),
)


class Installer(Protocol):
    """Installs a plugin."""

    async def describe(self, source: Path, tier: Tier) -> Manifest:
        """Tell what a package says of itself."""

    async def install(self, request: InstallRequest, ctx: CallContext) -> StoredPlugin:
        """Install a package; it is not yet enabled."""


async def install_examples(installer: Installer, lifecycle: Lifecycle, ctx: CallContext) -> None:
    """Install and enable the examples that are there; one that fails is told in the log.

    Whoever asks for the demo trusts its plugins: their consent is given here, and recorded.
    """
    for name, tier in EXAMPLES:
        source = await asyncio.to_thread(find, name)
        if source is None:
            continue
        try:
            await install(installer, lifecycle, InstallRequest(source=source, tier=tier), ctx)
        except PlexiHubError as error:
            _log.warning("the example %s is not running: %s", name, error.message)


async def install(
    installer: Installer, lifecycle: Lifecycle, request: InstallRequest, ctx: CallContext
) -> None:
    """Install and enable one example; to a trusted one, the consent is given.

    Raises:
        PlexiHubError: It cannot be installed or started.
    """
    if request.tier == "trusted":
        manifest = await installer.describe(request.source, request.tier)
        request = replace(request, consent=phrase(manifest))
    stored = await installer.install(request, ctx)
    await lifecycle.enable(stored.id, ctx)


def find(name: str) -> Path | None:
    """Answer where an example is; None where the hub came without it."""
    return next((folder / name for folder in FOLDERS if (folder / name).exists()), None)
