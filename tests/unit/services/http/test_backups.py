"""Backups over HTTP."""

import asyncio

import pytest

from plexihub.kernel.audit import AuditQuery
from plexihub.services.http.routes import backup
from tests.unit.services.http.conftest import Web, code

pytestmark = pytest.mark.anyio
BACKUPS = "/api/v1/backups"


async def test_admin_makes_and_lists_backups(web: Web) -> None:
    """A new backup is answered, listed, and recorded with who made it."""
    client = await web.signed_in("ada", "admin")
    assert (await client.get(BACKUPS)).json() == {"items": [], "next": None, "making": ""}
    answer = await client.post(BACKUPS, json={"note": "hi"})
    assert (answer.status_code, answer.json()["note"]) == (201, "hi")
    assert (await client.get(BACKUPS)).json()["items"] == [answer.json()]
    (record,) = await web.kernel.audit.read(AuditQuery(limit=5, action="backup.create"))
    assert (record.actor.name, record.target, record.outcome) == (
        "ada",
        answer.json()["name"],
        "ok",
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_members_have_no_backups(web: Web, method: str) -> None:
    """A member gets 403, a stranger 401, and nothing is made."""
    member = await web.signed_in("bob")
    assert code(await member.request(method, BACKUPS, json={})) == (403, "permission_denied")
    assert code(await web.client().request(method, BACKUPS, json={})) == (401, "unauthenticated")
    assert await web.parts.backup.list() == []


@pytest.mark.parametrize("body", [{"note": 5}, {"notes": "x"}, {"note": "x" * 501}, []])
async def test_wrong_note_makes_nothing(web: Web, body: object) -> None:
    """A body that does not fit is refused."""
    client = await web.signed_in("ada", "admin")
    assert code(await client.post(BACKUPS, json=body)) == (400, "invalid_input")
    assert await web.parts.backup.list() == []


async def test_backup_that_takes_long_goes_on(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked is told its name, and it is listed when it is whole."""
    monkeypatch.setattr(backup, "WAIT_SECONDS", 0.0)
    client = await web.signed_in("ada", "admin")
    answer = await client.post(BACKUPS)
    assert (answer.status_code, list(answer.json())) == (202, ["making"])
    async with asyncio.timeout(20):
        while (found := (await client.get(BACKUPS)).json())["making"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert [one["name"] for one in found["items"]] == [answer.json()["making"]]
