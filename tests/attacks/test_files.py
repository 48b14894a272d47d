"""Uploads as an attacker sends them: names that lead elsewhere, pages that run, endless bodies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from plexihub.kernel.context import CallContext
from plexihub.services.http.routes import file as file_route
from plexihub_sdk.errors import Veto
from tests.attacks.conftest import Target

pytestmark = pytest.mark.anyio
FILES = "/api/v1/files"
PAGE = b"<script>alert(document.domain)</script>"


def kept(target: Target) -> list[str]:
    """List everything that lies in the folder of the files."""
    folder = target.hub.folder.files
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def upload(
    client: httpx.AsyncClient, name: str, content: Any = PAGE, kind: str = "text/html"
) -> httpx.Response:
    """Send a file."""
    headers = {"content-type": kind}
    return await client.post(FILES, params={"name": name}, content=content, headers=headers)


@pytest.mark.parametrize("name", ["../../hub.db", "/etc/passwd", "..\\..\\boot.ini", "a/../b.txt"])
async def test_name_never_becomes_a_path(target: Target, name: str) -> None:
    """The name is a label: the content lies under a random name inside the folder."""
    await target.hub.kernel.config.change("security.waf.enabled", False, CallContext())
    client = await target.person("ada")
    made = (await upload(client, name)).json()
    assert made["name"] == name.replace("\\", "/").rpartition("/")[2]
    assert kept(target) == [made["id"]]


@pytest.mark.parametrize("name", ["", "..", "/", "a\nb.txt", "x" * 256])
async def test_name_that_is_none_is_refused(target: Target, name: str) -> None:
    """What is left of such a name names nothing, and nothing is kept."""
    await target.hub.kernel.config.change("security.waf.enabled", False, CallContext())
    client = await target.person("ada")
    assert (await upload(client, name)).json()["error"]["where"] == "name"
    assert kept(target) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [("x.html", "text/html"), ("x.svg", "image/svg+xml"), ("x.png", "text/html;charset=utf-8")],
)
async def test_page_is_saved_and_never_shown(target: Target, name: str, kind: str) -> None:
    """HTML and SVG come back as bytes to be saved, caged besides; a picture is shown, caged too."""
    client = await target.person("ada")
    made = (await upload(client, name, kind=kind)).json()
    answer = await client.get(f"{FILES}/{made['id']}")
    assert answer.content == PAGE
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox; default-src 'none'" in answer.headers.get_list("content-security-policy")
    picture = (await upload(client, "a.png", kind="image/png")).json()
    shown = await client.get(f"{FILES}/{picture['id']}")
    assert shown.headers["content-type"] == "image/png"
    assert "sandbox; default-src 'none'" in shown.headers.get_list("content-security-policy")


async def test_header_cannot_be_written_by_a_name(target: Target) -> None:
    """Quotes and other scripts in a name stay inside the header's value."""
    client = await target.person("ada")
    made = (await upload(client, 'a"; filename="b.exe ü.txt')).json()
    header = (await client.get(f"{FILES}/{made['id']}")).headers["content-disposition"]
    assert header == (
        'attachment; filename="a__ filename__b.exe _.txt"; '
        "filename*=UTF-8''a%22%3B%20filename%3D%22b.exe%20%C3%BC.txt"
    )


async def test_another_persons_file_stays(target: Target) -> None:
    """Everybody reads it; a member neither renames nor deletes it, a stranger sees nothing."""
    ada, bob = await target.person("ada"), await target.person("bob")
    one = f"{FILES}/{(await upload(ada, 'plan.txt')).json()['id']}"
    assert (await bob.get(one)).status_code == 200
    assert (await bob.delete(one)).status_code == 403
    assert (await bob.patch(one, json={"name": "x"})).status_code == 403
    stranger = target.client()
    assert {(await stranger.get(one)).status_code, (await upload(stranger, "x")).status_code} == {
        401
    }
    assert (await ada.patch(one, json={"name": "plans.txt"})).json()["name"] == "plans.txt"
    boss = await target.person("root", "admin")
    assert (await boss.delete(one)).status_code == 204
    assert (await ada.get(one)).status_code == 404
    assert kept(target) == []


async def test_too_large_body_stops_early(target: Target) -> None:
    """Told or untold, nothing is read beyond the limit and nothing of it stays."""
    await target.hub.kernel.config.change("files.max_mb", 1, target.operator_ctx)
    client, sent = await target.person("ada"), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65_536
            yield bytes(65_536)

    answer = await upload(client, "big", endless())
    assert (answer.status_code, "1 MiB at most" in answer.text) == (413, True)
    assert sent < 3 * 2**20
    told = await upload(client, "big", bytes(2**20 + 1))
    assert told.status_code == 413
    assert (await upload(client, "fits", bytes(2**20))).status_code == 201
    assert len(kept(target)) == 1


async def test_other_routes_keep_their_limit(target: Target) -> None:
    """A long body is long for files alone."""
    boss = await target.person("root", "admin")
    body = {"note": "x" * 2**20}
    assert (await boss.post("/api/v1/backups", json=body)).status_code == 413


async def test_body_that_stops_coming_is_given_up(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sender that falls silent is answered, and leaves nothing."""
    monkeypatch.setattr(file_route, "SILENCE_SECONDS", 0.05)
    client = await target.person("ada")

    async def silent() -> AsyncIterator[bytes]:
        yield b"begun"
        await asyncio.Event().wait()

    answer = await upload(client, "slow", silent())
    assert (answer.status_code, "stopped coming" in answer.text) == (400, True)
    assert kept(target) == []


async def test_vetoed_file_leaves_nothing(target: Target) -> None:
    """A handler sees name, type, size and owner, and its refusal is on record."""
    seen: list[dict[str, Any]] = []

    def refuse(payload: dict[str, Any]) -> None:
        seen.append(dict(payload))
        raise Veto("No pages here.")

    target.hub.kernel.hooks.add("file.creating", refuse)
    client = await target.person("ada")
    assert (await upload(client, "x.html")).status_code == 422
    assert (seen[0]["name"], seen[0]["content_type"], seen[0]["size"]) == (
        "x.html",
        "text/html",
        len(PAGE),
    )
    assert kept(target) == []
    assert [one.outcome for one in await target.records("file.create")] == ["vetoed"]


async def test_nobody_fills_the_disk(target: Target) -> None:
    """Large files and many empty ones end at the person's share; others have theirs."""
    await target.hub.kernel.config.change("files.person_mb", 1, target.operator_ctx)
    ada, bob = await target.person("ada"), await target.person("bob")

    async def untold() -> AsyncIterator[bytes]:
        for _ in range(32):
            yield bytes(32_768)

    for content in (bytes(2**20), untold()):
        full = await upload(ada, "big", content)
        assert (full.status_code, "1 MiB together" in full.text) == (413, True)
    statuses = [(await upload(ada, "none", b"")).status_code for _ in range(257)]
    assert statuses == [201] * 256 + [413]
    assert len(kept(target)) == 256
    assert (await upload(bob, "mine", b"text")).status_code == 201


async def test_few_uploads_come_at_once(target: Target) -> None:
    """Bodies that wait are no way to hold more than a few files open; the others go on."""
    ada, bob = await target.person("ada"), await target.person("bob")
    go, begun = asyncio.Event(), asyncio.Semaphore(0)

    async def waiting() -> AsyncIterator[bytes]:
        yield b"begun"
        begun.release()
        await go.wait()

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(upload(ada, "slow", waiting())) for _ in range(4)]
        for _ in running:
            await begun.acquire()
        assert (await upload(ada, "fifth", b"x")).status_code == 429
        assert (await upload(bob, "first", b"x")).status_code == 201
        go.set()
    assert [one.result().status_code for one in running] == [201] * 4
    assert (await upload(ada, "fifth", b"x")).status_code == 201
