"""A wrong name, an unknown authority, a certificate that is over: nothing goes to any of them."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from plexihub.app import Hub, HubOptions
from plexihub.services.network.service import NetworkError
from tests.attacks.egress_room import ADMIN, Room
from tests.support.certificates import Authority
from tests.support.machine import Machine, running_machine

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-35", "A-42")]
SECRET = "not for the man in the middle"  # noqa: S105 - of this test


@dataclass
class Wire:
    """A plugin, the authority that its hub trusts, and machines behind TLS."""

    room: Room
    trusted: Authority
    stack: AsyncExitStack

    async def serve(self, host: str, tls: ssl.SSLContext) -> Machine:
        """Run a machine that the plugin may call as `host`, and hears of its secret if it may."""
        machine = await self.stack.enter_async_context(running_machine(tls=tls))
        authority = f"{host}:{machine.port}"
        self.room.names[host] = ["127.0.0.1"]
        await self.room.set("plugins.network.private", [authority])
        await self.room.grant(authority)
        await self.room.hub.outside.vault.put(ADMIN, self.room.plugin, "key", SECRET, [authority])
        return machine


@pytest.fixture
async def wire(
    tmp_path: Path, anyio_backend: object, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Wire]:
    """Run a hub that trusts one authority, as its environment says."""
    del anyio_backend
    trusted = Authority(tmp_path, "trusted")
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.file))
    async with AsyncExitStack() as stack:
        options = HubOptions(data=tmp_path / "hub", settings_file=Path("none.toml"), builtin=())
        hub = await stack.enter_async_context(Hub(options))
        canary = await stack.enter_async_context(running_machine())
        room = Room(hub, canary, canary)
        hub.outside.connector.resolve = room.resolve
        yield Wire(room, trusted, stack)


async def ask(wire: Wire, host: str, machine: Machine) -> int:
    """Fetch with a secret, and answer the status."""
    headers = {"authorization": "Bearer {{secret:key}}"}
    answered = await wire.room.fetch(f"https://{host}:{machine.port}/", headers=headers)
    return int(answered["status"])


async def test_a_certificate_of_the_host_by_a_known_authority_is_taken(wire: Wire) -> None:
    """The server is asked for the name, not for the address that was looked up, and answers."""
    tls, asked = wire.trusted.server("api.test"), []

    def note(_socket: object, name: str, _context: object) -> None:
        asked.append(name)

    tls.sni_callback = note
    machine = await wire.serve("api.test", tls)
    assert await ask(wire, "api.test", machine) == 200
    assert asked == ["api.test"]
    assert machine.asked[0]["headers"]["authorization"] == f"Bearer {SECRET}"
    assert machine.asked[0]["headers"]["host"] == f"api.test:{machine.port}"


@pytest.mark.parametrize("wrong", ["other name", "other authority", "over since yesterday"])
async def test_any_other_certificate_ends_it_before_a_byte_is_sent(
    wire: Wire, tmp_path: Path, wrong: str
) -> None:
    """Nothing of the request, no path and no secret, reaches who cannot show who it is."""
    tls = {
        "other name": lambda: wire.trusted.server("evil.test"),
        "other authority": lambda: Authority(tmp_path, "other").server("api.test"),
        "over since yesterday": lambda: wire.trusted.server("api.test", days=-1),
    }[wrong]()
    machine = await wire.serve("api.test", tls)
    with pytest.raises(NetworkError, match=r"(?i)certificate"):
        await ask(wire, "api.test", machine)
    assert machine.asked == []
