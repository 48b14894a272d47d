"""Other people's files at one's own messages, pages as pictures, and what stays of the deleted."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from plexihub_sdk.errors import Veto
from plexihub_sdk.ids import new_id
from tests.attacks.conftest import Target
from tests.attacks.test_files import kept, upload

pytestmark = pytest.mark.anyio
CHAT = "/api/v1/chat"
MOST_FILES = 10


@pytest.fixture
async def channel(target: Target) -> str:
    """Make a channel, with ada who administers the hub."""
    ada = await target.person("ada", "admin")
    return str((await ada.post(f"{CHAT}/channels", json={"name": "general"})).json()["id"])


async def post(client: httpx.AsyncClient, channel: str, files: Any, text: str = "") -> Any:
    """Post a message with files."""
    body = {"text": text, "client_id": new_id(), "files": files}
    return await client.post(f"{CHAT}/channels/{channel}/messages", json=body)


async def gone(target: Target) -> None:
    """Wait until no content is left."""
    await target.hub.kernel.events.settle()
    assert kept(target) == []


async def test_anothers_file_cannot_be_attached(target: Target, channel: str) -> None:
    """It answers as for a file that is not there, also where a plugin puts it in."""
    grace, tomas = await target.person("grace"), await target.person("tomas")
    theirs = (await upload(grace, "mine.txt", b"secret", "text/plain")).json()["id"]
    refused, absent = await post(tomas, channel, [theirs]), await post(tomas, channel, [new_id()])
    assert refused.status_code == absent.status_code == 404
    assert refused.json()["error"]["message"] == absent.json()["error"]["message"]

    def add(draft: dict[str, Any]) -> None:
        draft["files"] = [theirs]

    undo = target.hub.kernel.hooks.add("message.creating", add)
    assert (await post(tomas, channel, [], "hello")).status_code == 404
    undo()
    found = (await tomas.get(f"{CHAT}/channels/{channel}/messages")).json()
    assert found["items"] == []


async def test_file_hangs_at_one_message_and_lists_are_bounded(
    target: Target, channel: str
) -> None:
    """The same file twice, too many files, and no list are each refused."""
    grace = await target.person("grace")
    mine = (await upload(grace, "mine.txt", b"mine", "text/plain")).json()["id"]
    assert (await post(grace, channel, [mine])).status_code == 201
    assert (await post(grace, channel, [mine])).status_code == 409
    many = [new_id() for _ in range(MOST_FILES + 1)]
    for wrong in (many, [mine, mine], "all", [1], {"id": mine}):
        assert (await post(grace, channel, wrong)).status_code == 400
    assert (await post(grace, channel, [])).json()["error"]["where"] == "text"


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml"])
async def test_page_at_a_message_is_only_saved(target: Target, channel: str, kind: str) -> None:
    """What could run comes back as bytes to be saved, whatever the message calls it."""
    grace = await target.person("grace")
    mine = (await upload(grace, "party.png", kind=kind)).json()["id"]
    shown = (await post(grace, channel, [mine])).json()["files"][0]
    assert shown["content_type"] == kind
    sent = await grace.get(f"/api/v1/files/{mine}")
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["content-disposition"].startswith("attachment")


async def test_files_go_with_message_and_channel(target: Target, channel: str) -> None:
    """Nothing of a deleted message is left to read; a file deleted first leaves its message."""
    grace = await target.person("grace")

    async def attached(text: str = "see") -> tuple[str, str]:
        file = (await upload(grace, "mine.txt", b"mine", "text/plain")).json()["id"]
        return file, (await post(grace, channel, [file], text)).json()["id"]

    file, message = await attached()
    assert (await grace.delete(f"{CHAT}/messages/{message}")).status_code == 204
    await gone(target)
    assert (await grace.get(f"/api/v1/files/{file}")).status_code == 404
    file, message = await attached()
    assert (await grace.delete(f"/api/v1/files/{file}")).status_code == 204
    await target.hub.kernel.events.settle()
    assert (await grace.get(f"{CHAT}/messages/{message}")).json()["files"] == []
    made = await grace.post(f"{CHAT}/channels", json={"name": "short-lived"})
    channel = made.json()["id"]
    await attached()
    assert len(kept(target)) == 1
    assert (await grace.delete(f"{CHAT}/channels/{channel}")).status_code == 204
    await gone(target)


async def test_veto_of_a_plugin_keeps_the_file_unsent(target: Target, channel: str) -> None:
    """A refused message takes no file: it may be sent with the next."""
    grace = await target.person("grace")
    mine = (await upload(grace, "mine.txt", b"mine", "text/plain")).json()["id"]
    seen: list[Any] = []

    def refuse(draft: dict[str, Any]) -> None:
        seen.append(draft["files"])
        raise Veto("No files here.")

    undo = target.hub.kernel.hooks.add("message.creating", refuse)
    assert (await post(grace, channel, [mine])).json()["error"]["message"] == "No files here."
    undo()
    assert seen == [[mine]]
    assert (await post(grace, channel, [mine])).json()["files"][0]["name"] == "mine.txt"
