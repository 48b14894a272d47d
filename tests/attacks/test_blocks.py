"""Attacks by what a plugin offers people: blocks, props, routes, commands, and clicks in them.

Each is refused, and what was there before is there after: no message, no widget, no vote.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from plexihub_sdk.blocks import check_blocks
from plexihub_sdk.errors import InputError, ManifestError, PlexiHubError
from plexihub_sdk.kit import check_props
from plexihub_sdk.manifest import parse_manifest
from tests.attacks.conftest import Target
from tests.support.guests import API, Room

pytestmark = pytest.mark.anyio
ID = "0190c2f5-6a3e-7c41-9d2b-3f1e5a7b9c0d"
GO: dict[str, Any] = {"type": "buttons", "buttons": [{"action": "go", "label": "Go"}]}


def button(**more: Any) -> list[Any]:
    """Make one block with one button."""
    return [{"type": "buttons", "buttons": [{"action": "go", "label": "Go", **more}]}]


def deep(levels: int) -> Any:
    """Nest a list in itself."""
    value: Any = "end"
    for _ in range(levels):
        value = [value]
    return value


BLOCKS: dict[str, tuple[Any, str]] = {
    "no list": ({"type": "text", "text": "a"}, "blocks"),
    "no object": (["<script>alert(1)</script>"], "blocks[0]"),
    "unknown type": ([{"type": "html", "html": "<b>"}], "blocks[0].type"),
    "type of another kind": ([{"type": ["text"], "text": "a"}], "blocks[0].type"),
    "raw HTML beside text": ([{"type": "text", "text": "a", "html": "<b>"}], "blocks[0].html"),
    "prototype key": (
        [{"type": "text", "text": "a", "__proto__": {"x": 1}}],
        "blocks[0].__proto__",
    ),
    "constructor key": ([{"type": "divider", "constructor": {}}], "blocks[0].constructor"),
    "link of a button": (button(url="javascript:alert(1)"), "blocks[0].buttons[0].url"),
    "handler of a button": (button(onclick="alert(1)"), "blocks[0].buttons[0].onclick"),
    "style that is CSS": (button(style="position:fixed"), "blocks[0].buttons[0].style"),
    "action of another": (button(action="other/go"), "blocks[0].buttons[0].action"),
    "action without end": (button(action="a" * 65), "blocks[0].buttons[0].action"),
    "label without letters": (button(label=""), "blocks[0].buttons[0].label"),
    "label of two lines": (button(label="Yes\nNo"), "blocks[0].buttons[0].label"),
    "label that turns text around": (button(label="a\u202eb"), "blocks[0].buttons[0].label"),
    "label that is an object": (button(label={"toString": 1}), "blocks[0].buttons[0].label"),
    "value that is a number": (button(value=7), "blocks[0].buttons[0].value"),
    "hundred buttons": ([{**GO, "buttons": GO["buttons"] * 100}], "blocks[0].buttons"),
    "hundred blocks": ([GO] * 100, "blocks"),
    "endless text": ([{"type": "text", "text": "a" * 3001}], "blocks[0].text"),
    "text with a zero": ([{"type": "text", "text": "a\0b"}], "blocks[0].text"),
    "too many bytes": ([{"type": "text", "text": "\U0001f600" * 2999}] * 10, "blocks"),
    "deep nesting": (deep(2000), "blocks[0]"),
    "picture from elsewhere": (
        [{"type": "image", "file": "https://evil.example/a.png", "alt": "a"}],
        "blocks[0].file",
    ),
    "picture as a script": (
        [{"type": "image", "file": "javascript:alert(1)", "alt": "a"}],
        "blocks[0].file",
    ),
    "picture outside": (
        [{"type": "image", "file": f"../{ID[3:]}", "alt": "a"}],
        "blocks[0].file",
    ),
    "chart of endless values": ([{"type": "chart", "values": [1] * 501}], "blocks[0].values"),
    "chart of no number": ([{"type": "chart", "values": ["1"]}], "blocks[0].values[0]"),
    "chart of infinity": ([{"type": "chart", "values": [float("inf")]}], "blocks[0].values[0]"),
    "progress of truth": ([{"type": "progress", "value": True}], "blocks[0].value"),
    "select without options": (
        [{"type": "select", "id": "a", "label": "A", "options": []}],
        "blocks[0].options",
    ),
    "twins among options": (
        [
            {
                "type": "select",
                "id": "a",
                "label": "A",
                "options": [{"value": "1", "label": "1"}] * 2,
            }
        ],
        "blocks[0].options",
    ),
    "twins among fields": ([{"type": "input", "id": "a", "label": "A"}] * 2, "blocks[1].id"),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_hostile_block_is_refused_by_its_place(name: str) -> None:
    """The error names the part that is wrong, in a short sentence."""
    blocks, where = BLOCKS[name]
    with pytest.raises(InputError) as caught:
        check_blocks(blocks)
    assert caught.value.where == where
    assert len(str(caught.value)) < 600


PROPS: dict[str, tuple[str, Any, str]] = {
    "unknown prop": ("Text", {"text": "a", "innerHTML": "<b>"}, "props.innerHTML"),
    "mistyped prop": ("Stat", {"valeu": 1}, "props.valeu"),
    "missing prop": ("List", {}, "props.items"),
    "object in a list": ("List", {"items": [{"valueOf": 1}]}, "props.items[0]"),
    "row that is too wide": ("Table", {"columns": ["a"], "rows": [[1, 2]]}, "props.rows[0]"),
    "thousand rows": ("Table", {"columns": ["a"], "rows": [[1]] * 1000}, "props.rows"),
    "prototype key": ("Progress", {"value": 1, "__proto__": {}}, "props.__proto__"),
    "button with a link": (
        "Buttons",
        {"buttons": [{"action": "a", "label": "A", "href": "data:text/html,x"}]},
        "props.buttons[0].href",
    ),
    "form in a form": (
        "Form",
        {"fields": [GO], "submit": {"action": "a", "label": "A"}},
        "props.fields[0].type",
    ),
    "endless card": ("Anything", {"text": "a" * 70_000}, "props"),
}


@pytest.mark.parametrize("name", PROPS)
def test_hostile_prop_is_refused_by_its_name(name: str) -> None:
    """A component of the kit takes its own props, and the error names the wrong one."""
    component, props, where = PROPS[name]
    with pytest.raises(InputError) as caught:
        check_props(component, props)
    assert caught.value.where == where


MANIFESTS: dict[str, tuple[dict[str, Any], str]] = {
    "route upward": ({"routes": [{"method": "GET", "path": "/../users"}]}, ""),
    "route of the hub's": ({"routes": [{"method": "GET", "path": "//users"}]}, "routes[0].path"),
    "route with a query": ({"routes": [{"method": "GET", "path": "/a?b"}]}, "routes[0].path"),
    "route that is open": (
        {"routes": [{"method": "GET", "path": "/a", "auth": "anonymous"}]},
        "routes[0].auth",
    ),
    "method of a socket": ({"routes": [{"method": "WS", "path": "/a"}]}, "routes[0].method"),
    "command with a slash": (
        {"commands": [{"name": "/me", "description": "a"}]},
        "commands[0].name",
    ),
    "command in lines": (
        {"commands": [{"name": "me", "description": "a\nb"}]},
        "commands[0].description",
    ),
    "job of each second": ({"jobs": [{"id": "a", "seconds": 1}]}, "jobs[0].seconds"),
    "job without times": ({"jobs": [{"id": "a"}]}, "jobs[0]"),
    "thousand jobs": ({"jobs": [{"id": f"a{n}", "seconds": 60} for n in range(1000)]}, "jobs"),
    "twins": ({"jobs": [{"id": "a", "seconds": 60}] * 2}, "jobs[1]"),
    "message action upward": ({"messageActions": [{"id": "../x", "label": "X"}]}, ""),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_hostile_offer_is_refused_by_its_place(name: str) -> None:
    """`plugin.json` offers nothing that the hub could not hold to it."""
    offers, where = MANIFESTS[name]
    base = {"id": "evil", "version": "1.0.0", "entrypoint": "main.ts"}
    with pytest.raises(ManifestError) as caught:
        parse_manifest({**base, **offers})
    assert caught.value.where == where or not where
    assert caught.value.where.startswith(next(iter(offers)))


# --- With a hub, people and a hostile plugin ---


@pytest.fixture
async def room(target: Target, tmp_path: Path) -> Room:
    """Open a channel with people in it; eve is no member."""
    return await Room(target, tmp_path / "guests").open()


HOSTILE = """
onCommand: async (c, plugin) => {
  const [what, id] = c.text.split(" ");
  const api = plugin.api;
  const tries = {
    html: () => ({ visible: "all", text: "x", html: "<script>alert(1)</script>" }),
    blocks: () => ({ visible: "all", blocks: [{ type: "html", html: "<b>" }] }),
    someone: () => ({ visible: "all", text: "x", authorId: c.userId }),
    list: () => ["a"],
    endless: () => ({ visible: "all", text: "a".repeat(5000) }),
    empty: () => ({ visible: "all" }),
    secret: () => ({ visible: "me", blocks: [{ type: "divider" }] }),
    elsewhere: () => api.messages.post({ channelId: id, text: "x" }),
    nowhere: () => api.messages.post({ channelId: "nowhere", text: "x" }),
    spoof: () => api.call("messages.post", { channelId: c.channelId, text: "x", userId: id }),
    author: () => api.call("messages.post", { channelId: c.channelId, text: "x", author: "ada" }),
    rewrite: () => api.messages.update({ messageId: id, text: "x" }),
    props: () => api.renderWidget({ component: "Table", props: { columns: "a", rows: [] } }),
    proto: () => api.call("messages.post",
      JSON.parse('{"channelId":"' + c.channelId + '","text":"x","__proto__":{"a":1}}')),
  };
  return await tries[what]();
},
"""
TRIES = (
    "html",
    "blocks",
    "someone",
    "list",
    "endless",
    "empty",
    "secret",
    "elsewhere",
    "nowhere",
    "spoof",
    "author",
    "rewrite",
    "props",
    "proto",
)


async def test_hostile_answers_and_requests_show_nothing(room: Room) -> None:
    """Whatever a command answers or asks for beyond its right: an error, and no message."""
    await room.guest("evil", HOSTILE, commands=[{"name": "evil", "description": "x"}])
    other = (await room.post("ada", "/chat/channels", name="other"))["id"]
    mine = await room.say("ada", "Mine")
    ids = {"elsewhere": other, "rewrite": mine["id"], "spoof": ID}
    for what in TRIES:
        answer = await room.type("bob", f"/evil {what} {ids.get(what, '')}")
        assert answer.status_code >= 400, (what, answer.text)
    assert [(one["text"], one["blocks"]) for one in await room.messages()] == [("Mine", [])]
    found = await room.people["ada"].get(f"{API}/chat/channels/{other}/messages")
    assert found.json()["items"] == []
    assert room.target.hub.ui.contributions("evil")["widgets"] == []  # type: ignore[arg-type]


VOTES = """
onCommand: (c) => ({ visible: "all", blocks: [
  { type: "select", id: "size", label: "S", options: [{ value: "s", label: "S" }] },
  { type: "buttons", buttons: [{ action: "vote", label: "V", value: "1" }] } ] }),
onActionExecute: ({ action, context }, plugin) => {
  if (context.source !== "message") return { result: "no vote" };
  seen.push([action, context.userId, plugin.userId, context.value]);
  return { result: JSON.stringify(seen) };
},
"""
CLICKS: dict[str, dict[str, Any]] = {
    "forged action": {"action": "delete", "value": "1"},
    "forged value": {"action": "vote", "value": "2"},
    "value left out": {"action": "vote"},
    "value of another kind": {"action": "vote", "value": ["1"]},
    "unknown field": {"action": "vote", "value": "1", "values": {"admin": "yes"}},
    "prototype field": {"action": "vote", "value": "1", "values": {"__proto__": "x"}},
    "unknown option": {"action": "vote", "value": "1", "values": {"size": "xxl"}},
    "endless text": {"action": "vote", "value": "1", "values": {"size": "s" * 3000}},
    "values that are a list": {"action": "vote", "value": "1", "values": ["s"]},
    "action of another kind": {"action": {"a": 1}, "value": "1"},
}


async def test_forged_clicks_never_reach_the_plugin(room: Room) -> None:
    """What stands in the request chooses a button that is there, and nothing else of the call."""
    offer = [{"name": "ask", "description": "x"}]
    await room.guest("votes", VOTES, before="const seen = [];", commands=offer)
    await room.guest(
        "other", VOTES, before="const seen = [];", commands=[{**offer[0], "name": "o"}]
    )
    await room.type("bob", "/ask")
    asked = (await room.messages())[-1]
    for name, clicked in CLICKS.items():
        answer = await room.click("bob", asked["id"], **clicked)
        assert answer.status_code in {400, 422}, (name, answer.text)
    right = {"action": "vote", "value": "1"}
    replayed = await room.click("eve", asked["id"], **right)
    assert replayed.status_code == 403
    stranger = room.target.client()
    path = f"{API}/chat/messages/{asked['id']}/actions"
    assert (await stranger.post(path, json=right)).status_code in {401, 403}
    forged = {"value": "1", "source": "message", "messageId": asked["id"]}
    called = await room.call("eve", "POST", "/actions", action="vote", payload=forged)
    assert "vote" in str(called.json())  # the plugin is asked, and told that this was no click
    plain = await room.say("ada", "No blocks")
    assert (await room.click("bob", plain["id"], **right)).status_code in {400, 422}
    bob = asked["id"] and (await room.people["bob"].get(f"{API}/session")).json()["user"]["id"]
    spoofed = {**right, "userId": ID, "plugin": "other", "context": {"userId": ID}}
    told = (await room.click("bob", asked["id"], **spoofed)).json()["result"]
    assert told == f'[["vote","{bob}","{bob}","1"]]'


async def test_button_of_a_deleted_message_and_of_a_plugin_that_is_off_does_nothing(
    room: Room,
) -> None:
    """A click comes too late, and says so."""
    offer = [{"name": "ask", "description": "x"}]
    name = await room.guest("votes", VOTES, before="const seen = [];", commands=offer)
    await room.type("bob", "/ask")
    asked = (await room.messages())[-1]
    await room.target.hub.kernel.lifecycle.disable(name, room.target.operator_ctx)
    off = await room.click("bob", asked["id"], action="vote", value="1")
    assert off.status_code >= 400
    assert "votes" in off.json()["error"]["message"]
    assert (await room.call("ada", "DELETE", f"/chat/messages/{asked['id']}")).status_code == 204
    gone = await room.click("bob", asked["id"], action="vote", value="1")
    assert gone.status_code == 404


async def test_person_writes_no_blocks(room: Room) -> None:
    """Blocks in a person's own request are no blocks of the message."""
    path = f"/chat/channels/{room.channel}/messages"
    body = {"text": "Hi", "client_id": ID, "blocks": button()}
    message = await room.post("bob", path, **body)
    assert message["blocks"] == []
    assert (await room.messages())[-1]["blocks"] == []


REPLIES = """
onRequest: (r) => ({
  cookie: { headers: { "Set-Cookie": "session=x" }, body: "a" },
  policy: { headers: { "Content-Security-Policy": "default-src *" }, body: "a" },
  html: { headers: { "Content-Type": "text/html" }, body: "<script>alert(1)</script>" },
  svg: { headers: { "Content-Type": "image/svg+xml" }, body: "<svg onload='alert(1)'/>" },
  script: { headers: { "Content-Type": "text/javascript" }, body: "alert(1)" },
  charset: { headers: { "Content-Type": "text/plain; charset=utf-7" }, body: "+ADw-script+AD4-" },
  sniff: { headers: { "X-Content-Type-Options": "" }, body: "a" },
  redirect: { status: 302, headers: {}, body: "" },
  location: { status: 200, headers: { "Location": "https://evil.example" }, body: "" },
  split: { headers: { "ETag": '"a"\\r\\nSet-Cookie: a=b' }, body: "a" },
  file: { headers: { "Content-Disposition": 'attachment; filename="../../a"' }, body: "a" },
  cors: { headers: { "Access-Control-Allow-Origin": "*" }, body: "a" },
  worker: { headers: { "Service-Worker-Allowed": "/" }, body: "a" },
  status: { status: 99, body: "a" },
  text: { status: "200", body: "a" },
  more: { status: 200, body: "a", trailers: {} },
  endless: { body: "a".repeat(1100000) },
})[r.params.what],
"""


async def test_hostile_responses_never_leave_the_hub(room: Room) -> None:
    """No header, kind or status beyond the list; what is sent instead is the hub's own error."""
    routes = [{"method": "GET", "path": "/{what}"}, {"method": "POST", "path": "/{what}"}]
    await room.guest("evil", REPLIES, routes=routes)
    bob = room.people["bob"]
    whats = [line.split(":")[0].strip() for line in REPLIES.splitlines()[2:-1]]
    assert len(whats) == 17
    for what in whats:
        answer = await bob.get(f"{API}/evil/{what}")
        assert answer.status_code >= 500, (what, answer.status_code, answer.text[:200])
        assert answer.headers["content-type"].startswith("application/json"), what
        assert "cannot be sent" in answer.json()["error"]["message"], what
        hidden = {"set-cookie", "location", "access-control-allow-origin"}
        assert not hidden & set(answer.headers), what
    body = b"\xff\xfe" * 10
    assert (await bob.post(f"{API}/evil/a", content=body)).status_code in {400, 422}
    endless = await bob.post(f"{API}/evil/a", content=b"a" * 1_100_000)
    assert endless.status_code == 413
    bare = room.target.client()
    assert (await bare.get(f"{API}/evil/html")).status_code == 401


async def test_route_and_command_of_others_cannot_be_taken(room: Room) -> None:
    """A plugin whose command or address is somebody else's does not start, and leaves nothing."""
    tries: tuple[dict[str, Any], ...] = (
        {"commands": [{"name": "help", "description": "x"}]},
        {"commands": [{"name": "fine", "description": "x"}, {"name": "me", "description": "x"}]},
    )
    for offers in tries:
        with pytest.raises(PlexiHubError, match="belongs to chat"):
            await room.guest("evil", "onCommand: () => 'mine',", **offers)
        await room.target.hub.installer.remove("evil", room.target.operator_ctx)  # type: ignore[arg-type]
    listed = (await room.people["bob"].get(f"{API}/ui")).json()["commands"]
    assert "fine" not in {one["name"] for one in listed}
    assert "- `/me" in (await room.type("bob", "/help")).json()["text"]


async def test_what_was_not_granted_is_not_offered(room: Room) -> None:
    """Without the permission there is no command, route or job, and posting is refused."""
    await room.guest(
        "evil",
        "onCommand: () => 'x', onRequest: () => ({ body: 'x' }), onJob: () => 'x',",
        permissions=[],
        commands=[{"name": "evil", "description": "x"}],
        routes=[{"method": "GET", "path": "/a"}],
        jobs=[{"id": "a", "seconds": 60}],
    )
    assert (await room.type("bob", "/evil")).status_code == 404
    assert (await room.people["bob"].get(f"{API}/evil/a")).status_code == 404
    jobs = (await room.people["ada"].get(f"{API}/jobs")).json()["items"]
    assert not [one for one in jobs if one["plugin"] == "evil"]


async def test_flood_of_messages_ends_within_the_minute(room: Room) -> None:
    """Sixty messages a minute are written; the next is refused, and the channel holds no more."""
    await room.guest(
        "flood",
        """
        onCommand: async (c, plugin) => {
          let written = 0;
          for (let n = 0; n < 70; n++) {
            await plugin.api.messages.post({ channelId: c.channelId, text: `${n}` })
              .then(() => written++, (error) => { last = error.code; });
          }
          return `${written} ${last}`;
        },
        """,
        before="let last = '';",
        commands=[{"name": "flood", "description": "x"}],
    )
    assert (await room.type("bob", "/flood")).json()["text"] == "60 limit_exceeded"
    path = f"{API}/chat/channels/{room.channel}/messages?limit=200"
    assert len((await room.people["bob"].get(path)).json()["items"]) == 60


async def test_command_of_a_stranger_posts_nothing_in_a_channel(room: Room) -> None:
    """Who is no member of the channel makes no plugin write in it."""
    await room.guest(
        "loud",
        "onCommand: () => ({ visible: 'all', text: 'hear me' }),",
        commands=[{"name": "loud", "description": "x"}],
    )
    assert (await room.type("eve", "/loud")).status_code == 403
    assert await room.messages() == []
    assert (await room.type("bob", "/loud")).status_code == 200
    assert [one["text"] for one in await room.messages()] == ["hear me"]
