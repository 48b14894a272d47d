"""Puts the files of a plugin, as they are now, into a running hub.

Each save takes the way of every install: copied, described in the sandbox, checked, and tried
beside what runs. What does not start changes nothing. Only the version need not grow.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexihub.cli.common import Api, RemoteError, segment
from plexihub.kernel.ports import Tier
from plexihub.marketplace.staging import discard, stage
from plexihub.marketplace.trust import verify
from plexihub_sdk.errors import PackageError

#: Approves what takes an administrator's approval; answers whether it could.
Approve = Callable[[dict[str, Any]], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a save went.

    Args:
        plugin: As the hub shows it; None where it could not be installed.
        error: What was wrong: code, message, where, next; None where it runs.
        took_ms: From the save's being noticed to the plugin's answering.
        is_same: Whether the files are those that run already.
    """

    plugin: dict[str, Any] | None
    error: dict[str, Any] | None
    took_ms: float
    is_same: bool = False


class Reloader:
    """Installs one plugin, again and again.

    Args:
        api: The hub.
        source: The plugin's folder, or its one file.
        tier: Chosen by the author.
        approve: Approves permissions that take approval, where that can be done here.
    """

    def __init__(self, api: Api, source: Path, tier: Tier, approve: Approve | None = None) -> None:
        self._api = api
        self._approve = approve
        self.source = source
        self._order = {"source": str(source.absolute()), "tier": tier}
        self._digest = ""
        self._is_broken = False

    async def clear(self) -> None:
        """Take away what an earlier run left of the plugin; what it stored stays."""
        try:
            there = await self._api.call("POST", "/plugins/describe", json=self._order)
        except RemoteError:
            return  # what is wrong is told by the install
        if there["installed"]:
            await self._api.call("DELETE", f"/plugins/{segment(there['id'])}")

    async def run(self) -> Outcome:
        """Install the files as they are, and see that the plugin runs."""
        begun = time.perf_counter()
        plugin, error = None, None
        try:
            digest = await asyncio.to_thread(_digest, self.source)
            if digest == self._digest and not self._is_broken:
                return Outcome(None, None, _since(begun), is_same=True)
            plugin = await self._installed(is_same=digest == self._digest)
            self._digest = digest
        except RemoteError as refused:
            error = refused.error
        except PackageError as refused:
            error = {"message": refused.message, "where": refused.where, "next": refused.next}
        self._is_broken = error is not None
        return Outcome(plugin, error, _since(begun))

    async def _installed(self, *, is_same: bool) -> dict[str, Any]:
        described = await self._api.call("POST", "/plugins/describe", json=self._order)
        plugin: dict[str, Any]
        path = f"/plugins/{segment(described['id'])}"
        if is_same:
            plugin = await self._api.call("GET", path)  # the old files are back, and still run
        else:
            order = {**self._order, **_agreement(described), "allow_downgrade": True}
            plugin = await self._api.call("POST", "/plugins", json=order)
        if plugin["permissions"]["pending"] and self._approve and await self._approve(plugin):
            plugin = await self._api.call("GET", path)
        if plugin["state"] != "enabled":
            plugin = await self._api.call("POST", f"{path}/enable")
        return plugin


def _agreement(described: dict[str, Any]) -> dict[str, Any]:
    """Agree to what the author's own plugin asks for: they run their own code."""
    agreed: dict[str, Any] = {"grant": described["permissions"]["asked"]}
    if (asked := described.get("consent")) is not None:
        agreed |= {"consent": asked["phrase"], "consent_digest": asked["digest"]}
    return agreed


def _digest(source: Path) -> str:
    """Tell the digest that the files have when they are installed.

    Raises:
        PackageError: They cannot be taken as a package.
    """
    with tempfile.TemporaryDirectory(prefix="plexihub-dev-") as work:
        staged = stage(verify(source), Path(work))
        discard(staged.folder)
        return staged.digest


def _since(begun: float) -> float:
    return round((time.perf_counter() - begun) * 1000, 1)
