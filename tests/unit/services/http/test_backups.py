"""Backups over HTTP."""

import asyncio

import pytest

from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.context import CallContext
from plexihub.services.http.routes import backup
from tests.unit.services.http.conftest import Web, code

pytestmark = pytest.mark.anyio
BACKUPS = "/api/v1/backups"


async def test_admin_makes_and_lists_backups(web: Web) -> None:
    """A new backup is answered, listed, and recorded with who made it."""
    client = await web.signed_in("ada", "admin")
    assert (await client.get(BACKUPS)).json() == {
        "items": [],
        "next": None,
        "making": "",
        "share": 0.0,
        "verifying": "",
        "keep": 7,
        "job": None,
    }
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


async def test_admin_verifies_fetches_and_deletes(web: Web) -> None:
    """A backup comes out byte for byte, says when it was verified, and goes; each is on record."""
    client = await web.signed_in("ada", "admin")
    made = (await client.post(BACKUPS)).json()
    one = f"{BACKUPS}/{made['name']}"
    assert (await client.post(f"{one}/verify")).json()["verified"]
    answer = await client.get(f"{one}/file")
    path = await web.parts.backup.path_of(made["name"])
    assert answer.content == path.read_bytes()
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{path.name}"')
    assert (await client.request("HEAD", f"{one}/file")).content == b""
    (listed,) = (await client.get(BACKUPS)).json()["items"]
    assert listed["verified"]
    path.write_bytes(path.read_bytes()[:-100])
    assert (await client.get(BACKUPS)).json()["items"][0]["verified"] == ""
    assert code(await client.post(f"{one}/verify")) == (400, "backup_damaged")
    assert "too early" in (await client.get(BACKUPS)).json()["items"][0]["problem"]
    assert (await client.delete(one)).status_code == 204
    assert code(await client.delete(one)) == (404, "not_found")
    found = await web.kernel.audit.read(AuditQuery(action="backup."))
    told = [(record.action, record.outcome) for record in found][::-1]
    assert told == [
        ("backup.create", "ok"),
        ("backup.verify", "ok"),
        ("backup.download", "ok"),
        ("backup.download", "ok"),
        ("backup.verify", "failed"),
        ("backup.delete", "ok"),
    ]


@pytest.mark.parametrize("name", ["..%2Fhub.db", "%2Fetc%2Fpasswd", "verified.json", "x.tar.gz"])
async def test_no_name_leads_out_of_the_folder(web: Web, name: str) -> None:
    """Only archives that are listed are sent, verified or deleted; for administrators alone."""
    await web.kernel.config.change("security.waf.enabled", False, CallContext())
    client = await web.signed_in("ada", "admin")
    await client.post(BACKUPS)
    for method, path in (("GET", "/file"), ("POST", "/verify"), ("DELETE", "")):
        answer = await client.request(method, f"{BACKUPS}/{name}{path}")
        assert answer.status_code in {400, 404}, (method, path, answer.text)
    member = await web.signed_in("bob")
    made = (await web.parts.backup.list())[0].name
    for method, path in (("GET", "/file"), ("POST", "/verify"), ("DELETE", "")):
        answer = await member.request(method, f"{BACKUPS}/{made}{path}")
        assert code(answer) == (403, "permission_denied")
