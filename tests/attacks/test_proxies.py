"""Attacks through the headers of proxies: nobody chooses the address they are counted by."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from tests.attacks.conftest import PASSWORD, Target

pytestmark = pytest.mark.anyio
PROXY = "10.0.0.1"
STRANGER = "203.0.113.7"
WRONG = {"username": "ada", "password": "wrong"}


@asynccontextmanager
async def peer(target: Target, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Connect from an address."""
    transport = httpx.ASGITransport(target.hub.asgi, client=(address, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://hub/api/v1") as client:
        yield client


async def trust(target: Target, *proxies: str) -> None:
    """Name the proxies."""
    await target.hub.kernel.config.change(
        "server.trusted_proxies", list(proxies), target.operator_ctx
    )


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
@pytest.mark.parametrize("proxies", [(), (PROXY,)])
async def test_stranger_cannot_choose_an_address(
    target: Target, header: str, proxies: tuple[str, ...]
) -> None:
    """A new address with each request neither escapes the limit nor is on record."""
    await trust(target, *proxies)
    await target.hub.kernel.config.change("security.rate.address", 5, target.operator_ctx)
    async with peer(target, STRANGER) as client:
        await client.post("/session", json=WRONG, headers={header: spoofed(header, 1)})
        answers = [
            await client.get("/session", headers={header: spoofed(header, number)})
            for number in range(9)
        ]
    assert 429 in [one.status_code for one in answers]
    (record,) = await target.records("user.authenticate")
    assert record.details["address"] == STRANGER


def spoofed(header: str, number: int) -> str:
    """Pretend to be somebody else."""
    return f"for=198.51.100.{number}" if header == "Forwarded" else f"198.51.100.{number}"


async def test_proxy_tells_people_apart(target: Target) -> None:
    """Behind a named proxy one person's flood does not lock another out; the record tells who."""
    await trust(target, "10.0.0.0/8")
    await target.person("ada")
    await target.hub.kernel.config.change("security.rate.address", 5, target.operator_ctx)
    async with peer(target, PROXY) as client:
        flood = {"X-Forwarded-For": f"127.0.0.1, {STRANGER}"}
        answers = [await client.get("/session", headers=flood) for _ in range(9)]
        assert 429 in [one.status_code for one in answers]
        mine = {"X-Forwarded-For": "198.51.100.1", "X-Forwarded-Proto": "https"}
        answer = await client.post(
            "/session", json={"username": "ada", "password": PASSWORD}, headers=mine
        )
    assert answer.status_code == 200
    assert "; Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" not in answer.headers
    newest = (await target.records("user.authenticate"))[0]
    refused = (await target.records("request.limit"))[0]
    assert (newest.details["address"], refused.target) == ("198.51.100.1", STRANGER)


async def test_tls_is_believed_from_the_proxy_alone(target: Target) -> None:
    """A stranger's word makes no cookie secure and sends no header that locks browsers to TLS."""
    await trust(target, PROXY)
    await target.person("ada")
    await target.hub.kernel.config.change("security.hsts_seconds", 3600, target.operator_ctx)
    told = {}
    for address in (PROXY, STRANGER):
        async with peer(target, address) as client:
            told[address] = await client.post(
                "/session",
                json={"username": "ada", "password": PASSWORD},
                headers={"X-Forwarded-Proto": "https"},
            )
    assert told[PROXY].headers["strict-transport-security"] == "max-age=3600"
    assert "strict-transport-security" not in told[STRANGER].headers
    assert "; Secure" not in told[STRANGER].headers["set-cookie"]


async def test_what_is_no_network_is_no_proxy(target: Target) -> None:
    """A mistyped network is refused in words, rather than believed or ignored."""
    answer = await target.operator().put(
        "/api/v1/config/server.trusted_proxies", json={"value": ["10.0.0.0/8", "everybody"]}
    )
    assert answer.status_code == 400
    assert "'everybody' is neither an address nor a network" in answer.json()["error"]["message"]


async def test_flood_is_refused_and_leaves_two_records_at_most(target: Target) -> None:
    """Refused requests are on record: the first, not each."""
    await target.hub.kernel.config.change("security.rate.address", 5, target.operator_ctx)
    async with peer(target, STRANGER) as client:
        answers = [await client.get("/session") for _ in range(300)]
    refused = [one.status_code for one in answers].count(429)
    assert refused >= 290
    (record,) = await target.records("request.limit")
    assert (record.target, record.outcome) == (STRANGER, "denied")
    assert record.details == {"policy": "address", "refused": 1}


async def test_operator_has_no_address(target: Target) -> None:
    """The operator's pipe is neither counted nor renamed by a header."""
    await target.hub.kernel.config.change("security.rate.address", 1, target.operator_ctx)
    await trust(target, "0.0.0.0/0", "::/0")
    spoofed = {"X-Forwarded-For": STRANGER}
    client = target.operator()
    answers = [await client.get("/api/v1/plugins", headers=spoofed) for _ in range(5)]
    assert [one.status_code for one in answers] == [200] * 5
