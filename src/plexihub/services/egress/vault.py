"""Secrets of plugins: sealed in the database, the key beside it in a file that no backup holds.

Nobody reads a value again, neither people nor plugins; the hub puts it into requests. It goes to
hosts only that an administrator bound it to, by TLS or to this machine itself.
"""

from __future__ import annotations

import asyncio
import base64
import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from plexihub.kernel.context import CallContext
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink
from plexihub.services.database import Database
from plexihub.services.database.hidden import PluginSecret
from plexihub.services.egress.secret_text import LONGEST, SHORTEST
from plexihub.services.egress.target import Target
from plexihub_sdk.errors import ConflictError, InputError, NotFoundError, PermissionDenied
from plexihub_sdk.ids import PluginId
from plexihub_sdk.patterns import Hosts
from plexihub_sdk.permissions import NETWORK_FETCH
from plexihub_sdk.scopes import allows

MOST = 50
MOST_HOSTS = 20
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\Z")
_VALUE = re.compile(r"[\x20-\x7e]+\Z")
_NONCE = 12


class Vault:
    """Keeps the secrets of plugins.

    Args:
        database: Has them, sealed.
        audit: Records who set which; never a value.
        key_file: Where the key is; made when the first secret is set.
    """

    def __init__(self, database: Database, audit: AuditSink, key_file: Path) -> None:
        self._rows = database.rows(PluginSecret)
        self._audit = audit
        self._key_file = key_file
        self._key: AESGCM | None = None

    async def put(
        self, ctx: CallContext, plugin: PluginId, name: str, value: str, hosts: Sequence[str]
    ) -> None:
        """Keep a secret, in the place of one of its name.

        Args:
            ctx: Who sets it.
            plugin: Whose requests may have it.
            name: As requests call it.
            value: 8 to 4096 visible ASCII characters.
            hosts: Patterns of the hosts that it may go to.

        Raises:
            InputError: The name, the value or a host is none.
            ConflictError: The plugin has too many.
        """
        entry = AuditEntry(ctx=ctx, action="secret.set", target=f"{plugin}/{name[:64]}")
        try:
            bound = _checked(name, value, hosts)
            entry.details = {"hosts": bound}
            await self._unlock()
            sealed = self._seal(plugin, name, value)
            await self._keep(ctx, plugin, name, {"sealed": sealed, "hosts": bound})
        except BaseException as error:
            entry.outcome, entry.reason = outcome_of(error), sentence(error)
            raise
        finally:
            self._audit.append(entry)

    async def _keep(
        self, ctx: CallContext, plugin: PluginId, name: str, values: dict[str, Any]
    ) -> None:
        fields = {**values, "set_by": ctx.actor.name or ctx.actor.kind}
        there = await self._rows.find_one({"plugin": plugin, "name": name})
        if there is not None:
            await self._rows.update(there.id, fields)
            return
        if await self._rows.count({"plugin": plugin}) >= MOST:
            raise ConflictError(f"{plugin} has {MOST} secrets already.", where=plugin)
        await self._rows.insert({"plugin": plugin, "name": name, **fields})

    async def forget(self, ctx: CallContext, plugin: PluginId, name: str) -> None:
        """Delete a secret.

        Raises:
            NotFoundError: There is none of the name.
        """
        there = await self._rows.find_one({"plugin": plugin, "name": name})
        if there is None:
            raise NotFoundError(f"{plugin} has no secret {name[:64]!r}.", where=plugin)
        await self._rows.delete_row(there.id)
        self._audit.append(AuditEntry(ctx=ctx, action="secret.delete", target=f"{plugin}/{name}"))

    async def forget_all(self, plugin: PluginId) -> None:
        """Delete every secret of a plugin that is removed."""
        await self._rows.remove({"plugin": plugin})

    async def describe(self, plugin: PluginId) -> list[dict[str, Any]]:
        """List the names of a plugin's secrets, and where each may go; never a value."""
        return [
            {"name": one.name, "hosts": list(one.hosts), "set_by": one.set_by}
            for one in await self._rows.find({"plugin": plugin}, order="name")
        ]

    async def values(self, plugin: PluginId, names: set[str], target: Target) -> dict[str, str]:
        """Answer the secrets that go into one request.

        Raises:
            PermissionDenied: One is not there, or may not go there.
        """
        found: dict[str, str] = {}
        for name in sorted(names):
            row = await self._rows.find_one({"plugin": plugin, "name": name})
            problem = _unfit(row, target)
            if row is None or problem:
                raise PermissionDenied(
                    NETWORK_FETCH,
                    f"The secret {name!r} {problem}",
                    where=target.authority,
                    next=f"An administrator sets it: plexihub plugin secret {plugin} {name}"
                    f" --host {target.named}",
                )
            await self._unlock()
            found[name] = self._open(plugin, row)
        return found

    def _seal(self, plugin: str, name: str, value: str) -> str:
        nonce = os.urandom(_NONCE)
        sealed = self._cipher().encrypt(nonce, value.encode(), f"{plugin}/{name}".encode())
        return base64.b64encode(nonce + sealed).decode()

    def _open(self, plugin: str, row: PluginSecret) -> str:
        sealed = base64.b64decode(row.sealed)
        try:
            value = self._cipher().decrypt(
                sealed[:_NONCE], sealed[_NONCE:], f"{plugin}/{row.name}".encode()
            )
        except InvalidTag:
            raise ConflictError(
                f"The secret {row.name!r} was sealed with another key.",
                where=plugin,
                next="Set it again: a backup holds secrets, but not the key to them.",
            ) from None
        return value.decode()

    async def _unlock(self) -> None:
        if self._key is None:
            self._key = AESGCM(await asyncio.to_thread(_key, self._key_file))

    def _cipher(self) -> AESGCM:
        if self._key is None:
            raise RuntimeError("the key was not read")
        return self._key


def _key(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return path.read_bytes()
    key = secrets.token_bytes(32)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key


def _checked(name: str, value: str, hosts: Sequence[str]) -> list[str]:
    if not _NAME.match(name):
        raise InputError("A secret's name is such as 'weather' or 'api_key'.", where="name")
    if not SHORTEST <= len(value) <= LONGEST or not _VALUE.match(value):
        raise InputError(
            f"A secret has {SHORTEST} to {LONGEST} visible ASCII characters.", where="value"
        )
    if not 0 < len(hosts) <= MOST_HOSTS:
        raise InputError(f"Name 1 to {MOST_HOSTS} hosts that it may go to.", where="hosts")
    kind = Hosts()
    try:
        return [kind.check(host) for host in hosts]
    except ValueError as error:
        raise InputError(f"One of the hosts {error}", where="hosts") from None


def _unfit(row: PluginSecret | None, target: Target) -> str:
    if row is None:
        return "was never set."
    if not allows(NETWORK_FETCH, {"hosts": tuple(row.hosts)}, "hosts", target.authority):
        return f"may not go to {target.authority}."
    address = target.address
    is_here = address is not None and address.is_loopback
    return "" if target.scheme == "https" or is_here else "goes out by https alone."
