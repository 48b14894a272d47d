"""Refusals that must hold for every way of acting, and records that nobody can forge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.context import current, owner
from plexihub_sdk.errors import InputError, TooLargeError, Veto
from plexihub_sdk.ids import PluginId, new_id
from tests.attacks.conftest import Target

pytestmark = pytest.mark.anyio
CONTRIBUTOR = Path(__file__).parents[1] / "browser" / "contributor"
CHAT = "/api/v1/chat"


async def test_button_does_nothing_where_a_handler_refuses(target: Target) -> None:
    """A handler sees who clicked what, refuses with its reason, or answers in the route's place."""
    await target.install(CONTRIBUTOR, "trusted")
    ada, grace = await target.person("ada", "admin"), await target.person("grace")
    seen: list[dict[str, Any]] = []

    def decide(payload: dict[str, Any]) -> None:
        seen.append({"action": payload["action"], **payload["context"]})
        if payload["action"] == "contributor.keep":
            raise Veto("Nothing is kept today.")
        payload["result"] = "The corner is tidy already."

    undo = target.hub.kernel.hooks.add("action.executing", decide)
    lie = {"message_id": "m", "channel_id": "c", "userId": "somebody else"}
    refused = await grace.post("/api/v1/contributor/keep", json=lie)
    assert refused.json()["error"]["message"] == "Nothing is kept today."
    me = (await grace.get("/api/v1/session")).json()["user"]["id"]
    assert seen == [{**lie, "action": "contributor.keep", "userId": me}]
    done = await ada.post("/api/v1/contributor/tidy", json={})
    assert done.json() == {"message": "The corner is tidy already."}
    # Who may not click is not asked about.
    assert (await grace.post("/api/v1/contributor/tidy", json={})).status_code == 403
    assert len(seen) == len(("keep", "tidy"))
    undo()
    kept = await grace.post("/api/v1/contributor/keep", json=lie)
    assert kept.json() == {"message": "Kept for grace: True."}


async def test_administrators_deletion_is_on_record(target: Target) -> None:
    """Whose message went and by whom is written down; one's own is nobody's business."""
    ada, grace = await target.person("ada", "admin"), await target.person("grace")
    channel = (await ada.post(f"{CHAT}/channels", json={"name": "general"})).json()["id"]
    for who in (grace, ada):
        body = {"text": "secret words", "client_id": new_id()}
        made = (await grace.post(f"{CHAT}/channels/{channel}/messages", json=body)).json()
        assert (await who.delete(f"{CHAT}/messages/{made['id']}")).status_code == 204
    (record,) = await target.records("chat:message.delete")
    by = (await ada.get("/api/v1/session")).json()["user"]["id"]
    assert (record.actor.id, record.on_behalf_of, record.target) == ("chat", by, made["id"])
    assert record.details == {"author_id": made["author"]["id"], "channel_id": channel}


async def test_record_of_a_plugin_is_its_own_and_bounded(target: Target) -> None:
    """The name of the plugin stands before the action: none is taken for one of the hub's."""
    audit = target.hub.kernel.services.get("audit")
    token = owner.set(PluginId("liar"))
    try:
        audit.record("user.login", "ada", details={"actor": "core"})
        for action in ("user", "User.login", "a:user.login", "user.login\n", "", None):
            with pytest.raises(InputError):
                audit.record(action)
        with pytest.raises(InputError):
            audit.record("user.login", outcome="splendid")
        with pytest.raises(InputError):
            audit.record("user.login", details={"socket": current})
        with pytest.raises(TooLargeError):
            audit.record("user.login", "x" * 301)
        with pytest.raises(TooLargeError):
            audit.record("user.login", details={"text": "x" * 5000})
    finally:
        owner.reset(token)
    assert not hasattr(audit, "append")
    (record,) = await target.records("liar:user.login")
    assert (record.actor.kind, record.actor.id) == ("plugin", "liar")
    assert await target.records("user.login") == []
