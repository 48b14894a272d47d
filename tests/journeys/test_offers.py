"""What a sandboxed plugin offers people, used by them: through HTTP, a real hub and real Deno."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.attacks.conftest import PASSWORD, Target, target
from tests.support.guests import API, Room, write_guest

__all__ = ("target",)
pytestmark = [pytest.mark.anyio, pytest.mark.slow]
EXAMPLES = Path(__file__).parents[2] / "examples" / "sandboxed"


@pytest.fixture
async def room(target: Target, tmp_path: Path) -> Room:
    """Open a channel with people in it."""
    return await Room(target, tmp_path / "guests").open()


@pytest.mark.checklist("A-26")
async def test_poll_is_asked_voted_on_and_closed(room: Room) -> None:
    """The example: everybody sees the poll, each vote counts once, who asked closes it."""
    await room.target.install(EXAMPLES / "poll")
    assert (await room.type("bob", "/poll Tea? | Yes | No")).json() == {
        "text": None,
        "message": None,
    }
    poll = (await room.messages("eve"))[-1]
    assert poll["author"]["id"] == "plugin:poll"
    assert poll["author"]["is_plugin"] is True
    assert poll["author"]["display_name"] == "Poll"
    buttons = poll["blocks"][-1]["buttons"]
    assert [one["label"] for one in buttons] == ["Yes", "No", "Close poll"]
    for who, which in (("bob", 0), ("ada", 0), ("ada", 1)):
        clicked = {"action": "vote", "value": buttons[which]["value"]}
        answer = await room.click(who, poll["id"], **clicked)
        assert answer.status_code == 200, answer.text
    assert answer.json() == {"result": None, "metadata": {"votes": 2}}
    bars = (await room.messages("eve"))[-1]["blocks"][1:3]
    assert [(one["label"], one["value"]) for one in bars] == [("Yes", 1), ("No", 1)]
    close = {"action": "close", "value": buttons[2]["value"]}
    refused = (await room.click("ada", poll["id"], **close)).json()
    assert refused["result"] == "Only who asked can close a poll."
    assert (await room.click("bob", poll["id"], **close)).json()["result"] == "The poll is closed."
    assert (await room.messages())[-1]["blocks"][-1] == {
        "type": "note",
        "text": "This poll is closed.",
    }


async def test_command_answers_the_person_alone(room: Room) -> None:
    """Plain text is for who typed it; the command is listed, and gone with the plugin."""
    name = await room.guest(
        "echo",
        "onCommand: (c) => `${c.command}: ${c.text} of ${c.userId.length} in ${c.channelId}`,",
        commands=[{"name": "echo", "description": "Say it again", "hint": "words"}],
    )
    answer = await room.type("bob", "/echo one two")
    assert answer.json()["text"] == f"echo: one two of 36 in {room.channel}"
    assert await room.messages() == []
    listed = (await room.people["bob"].get(f"{API}/ui")).json()["commands"]
    assert [one["owner"] for one in listed if one["name"] == "echo"] == ["echo"]
    await room.target.hub.kernel.lifecycle.disable(name, room.target.operator_ctx)
    assert (await room.type("bob", "/echo one")).status_code == 404


@pytest.mark.checklist("P-83")
async def test_job_runs_in_the_sandbox_and_is_shown_with_its_owner(room: Room) -> None:
    """A run calls `onJob`, its answer is the result, and disabling ends it."""
    name = await room.guest(
        "nightly",
        "onJob: (c, plugin) => `${c.job} ${c.scheduledFor.endsWith('Z')} ${plugin.userId}`,",
        jobs=[{"id": "count", "cron": "0 8 * * 1", "name": "Count"}],
    )
    jobs = (await room.people["ada"].get(f"{API}/jobs")).json()["items"]
    job = next(one for one in jobs if one["plugin"] == "nightly")
    assert job["name"] == "Count"
    await room.post("ada", "/jobs/nightly/count/run")
    async with asyncio.timeout(20):
        while not job["last_outcome"]:
            await asyncio.sleep(0.05)
            job = (await room.people["ada"].get(f"{API}/jobs/nightly/count")).json()
    assert (job["last_outcome"], job["last_result"]) == ("ok", "count true null")
    await room.target.hub.kernel.lifecycle.disable(name, room.target.operator_ctx)
    refused = await room.call("ada", "POST", "/jobs/nightly/count/run")
    assert refused.status_code >= 400


async def test_job_writes_where_an_administrator_let_it(room: Room) -> None:
    """For nobody a plugin writes in no channel, until an administrator gives it a seat there."""
    await room.guest(
        "digest",
        """
        onJob: (c, plugin) => plugin.api.messages.post({ channelId: target, text: "News" }),
        onCommand: (c) => { target = c.channelId; return "Here, then."; },
        """,
        before="let target = '';",
        jobs=[{"id": "tell", "seconds": 3600}],
        commands=[{"name": "here", "description": "Write here"}],
    )
    await room.type("bob", "/here")
    run = room.target.hub.kernel.direct.call

    async def once() -> None:
        payload = {"job": "tell", "scheduledFor": "2026-01-05T08:00:00Z"}
        ctx = room.target.operator_ctx
        await run("digest", "onJob", payload, permission="schedule:run", ctx=ctx)

    with pytest.raises(Exception, match="has no seat in this channel"):
        await once()
    assert (await room.type("bob", "/plugin add digest")).status_code == 403
    assert await room.messages() == []
    answer = await room.type("ada", "/plugin add digest")
    assert answer.json()["text"] == "digest may write in this channel by itself now."
    await once()
    assert [one["author"]["id"] for one in await room.messages()] == ["plugin:digest"]
    await room.type("ada", "/plugin remove digest")
    with pytest.raises(Exception, match="has no seat in this channel"):
        await once()


async def test_route_answers_people_who_are_signed_in(room: Room) -> None:
    """A route knows who calls, is described, is no page, and is gone with its plugin."""
    name = await room.guest(
        "status",
        """
        onRequest: (r) => r.method === "GET"
          ? { headers: { "Content-Type": "text/csv", "ETag": '"1"' }, body: `${r.params.day},1` }
          : { status: 201, body: { got: r.json, who: r.userId, cookie: r.headers.cookie ?? null } },
        """,
        routes=[
            {"method": "GET", "path": "/days/{day}", "description": "One day"},
            {"method": "POST", "path": "/days"},
        ],
    )
    bob = room.people["bob"]
    answer = await bob.get(f"{API}/status/days/mon")
    assert (answer.status_code, answer.text) == (200, "mon,1")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["x-content-type-options"] == "nosniff"
    told = await bob.post(f"{API}/status/days", json={"a": 1})
    assert told.status_code == 201
    assert told.json()["got"] == {"a": 1}
    assert told.json()["cookie"] is None
    assert (await room.target.client().get(f"{API}/status/days/mon")).status_code == 401
    paths = (await room.people["ada"].get(f"{API}/openapi.json")).json()["paths"]
    assert paths[f"{API}/status/days/{{day}}"]["get"]["summary"] == "One day"
    await room.target.hub.kernel.lifecycle.disable(name, room.target.operator_ctx)
    assert (await bob.get(f"{API}/status/days/mon")).status_code == 404


async def test_message_action_reads_the_message_it_stands_at(room: Room) -> None:
    """A button beside messages hands the message to the plugin, and its answer to the person."""
    await room.guest(
        "keep",
        "onActionExecute: ({action, context}) => ({ result: `${action}: ${context.text}` }),",
        messageActions=[{"id": "keep-it", "label": "Keep", "icon": "bookmark"}],
    )
    message = await room.say("ada", "Bring cake")
    shown = (await room.people["bob"].get(f"{API}/ui")).json()["message_actions"]
    route = next(one["route"] for one in shown if one["owner"] == "keep")
    body = {"message_id": message["id"], "channel_id": room.channel}
    answer = await room.people["bob"].post(route, json=body)
    assert answer.json()["message"] == "keep-it: Bring cake"


async def test_fields_of_blocks_are_told_with_the_button(room: Room) -> None:
    """What a person chose and wrote comes with the click, and the plugin may write by the API."""
    await room.guest(
        "form",
        """
        async onCommand(c, plugin) {
          await plugin.api.messages.post({ channelId: c.channelId, blocks: [
            { type: "select", id: "size", label: "Size",
              options: [{ value: "s", label: "Small" }, { value: "l", label: "Large" }] },
            { type: "input", id: "note", label: "Note" },
            { type: "buttons", buttons: [{ action: "send", label: "Send", style: "primary" }] },
          ]});
        },
        async onActionExecute({ action, context }, plugin) {
          await plugin.api.messages.update({ messageId: context.messageId, text: "Thank you",
            blocks: [] });
          return { result: `${action} ${context.values.size} ${context.values.note}` };
        },
        """,
        commands=[{"name": "form", "description": "Ask"}],
    )
    await room.type("bob", "/form")
    form = (await room.messages())[-1]
    values = {"size": "l", "note": "blue, please"}
    answer = await room.click("ada", form["id"], action="send", values=values)
    assert answer.json() == {"result": "send l blue, please", "metadata": {}}
    after = (await room.messages())[-1]
    assert (after["text"], after["blocks"]) == ("Thank you", [])


@pytest.mark.checklist("A-29")
async def test_widget_buttons_call_the_plugin_that_brought_them(room: Room) -> None:
    """A form on a dashboard, rendered for all or made for one person, answers who sent it."""
    await room.guest(
        "desk",
        """
        onCommand: async (c, plugin) => {
          await plugin.api.renderWidget({ component: "Buttons", id: "all",
            props: { buttons: [{ action: "ring", label: "Ring" }] } });
          return await plugin.api.renderWidget({ component: "CustomChart", props: {} })
            .then((one) => one.id);
        },
        onDashboardLoad: (c) => ({ customWidgets: [{ id: "mine", component: "Form", props: {
          fields: [{ type: "input", id: "what", label: "What" }],
          submit: { action: "ask", label: "Ask" } } }] }),
        onActionExecute: ({ action, context }) =>
          ({ result: `${action} ${context.widgetId} ${context.values.what ?? ""}` }),
        """,
        commands=[{"name": "desk", "description": "Show"}],
    )
    assert (await room.type("bob", "/desk")).json()["text"] == "customchart"
    bob = room.people["bob"]
    boards = (await bob.get(f"{API}/dashboards")).json()["items"]
    if not boards:
        boards = [await room.post("ada", "/dashboards", title="Board")]
    board = (await bob.get(f"{API}/dashboards/{boards[0]['id']}")).json()
    assert {one["id"] for one in board["widgets"] if one["plugin"] == "desk"} == {
        "all",
        "customchart",
        "mine",
    }
    ring = await room.call("bob", "POST", "/plugins/desk/widgets/all/actions", action="ring")
    assert ring.json() == {"result": "ring all ", "metadata": {}}
    asked = {"action": "ask", "values": {"what": "tea"}}
    done = await room.call("bob", "POST", "/plugins/desk/widgets/mine/actions", **asked)
    assert done.json()["result"] == "ask mine tea"
    other = await room.call("eve", "POST", "/plugins/desk/widgets/mine/actions", **asked)
    assert other.status_code == 404


PYTHON = """
votes = []

async def on_command(call, plugin):
    await plugin.api.messages.post(channel_id=call["channel_id"], text="Ready?", blocks=[
        {"type": "buttons", "buttons": [{"action": "yes", "label": "Yes", "value": "1"}]}])
    return f"asked for {call['user_id'] == plugin.user_id}"

def on_action_execute(call, plugin):
    votes.append(call["context"]["userId"])
    note = {"type": "note", "text": f"{len(votes)} ready"}
    return {"result": call["action"], "metadata": {"votes": len(votes)}, "blocks": [note]}

def on_request(request):
    return {"status": 202, "body": {"votes": len(votes), "path": request["path"]}}

def on_job(job):
    return job["scheduled_for"][-1]
"""


async def test_python_plugin_offers_the_same(room: Room, tmp_path: Path) -> None:
    """The other language: a command, a message with a button, a route and a job."""
    root = tmp_path / "ready"
    root.mkdir()
    manifest = {
        "id": "ready",
        "version": "1.0.0",
        "entrypoint": "main.py",
        "permissions": ["commands:offer", "messages:write", "http:serve", "schedule:run"],
        "commands": [{"name": "ready", "description": "Ask"}],
        "routes": [{"method": "GET", "path": "/votes"}],
        "jobs": [{"id": "count", "seconds": 3600}],
    }
    (root / "plugin.json").write_text(json.dumps(manifest))
    (root / "main.py").write_text(PYTHON)
    await room.target.install(root)
    assert (await room.type("bob", "/ready")).json()["text"] == "asked for True"
    asked = (await room.messages())[-1]
    assert asked["author"]["id"] == "plugin:ready"
    answer = await room.click("ada", asked["id"], action="yes", value="1")
    assert answer.json() == {"result": "yes", "metadata": {"votes": 1}}
    assert (await room.messages())[-1]["blocks"] == [{"type": "note", "text": "1 ready"}]
    status = await room.people["bob"].get(f"{API}/ready/votes")
    assert (status.status_code, status.json()) == (
        202,
        {"votes": 1, "path": f"{API}/ready/votes"},
    )
    payload = {"job": "count", "scheduledFor": "2026-01-05T08:00:00Z"}
    ctx = room.target.operator_ctx
    call = room.target.hub.kernel.direct.call
    assert await call("ready", "onJob", payload, permission="schedule:run", ctx=ctx) == "Z"


@pytest.mark.checklist("A-29")
async def test_digest_example_writes_by_itself_where_it_was_let_in(room: Room) -> None:
    """The example: counts, writes on demand and by its job, and hands its numbers out as CSV."""
    await room.target.install(EXAMPLES / "weekly-digest")
    await room.post("bob", "/session", username="bob", password=PASSWORD)
    await room.target.hub.kernel.events.settle()
    await room.type("ada", "/digest")
    shown = (await room.messages())[-1]["blocks"]
    assert [one["type"] for one in shown] == ["text", "chart"]
    assert sum(shown[1]["values"]) == 1
    csv = await room.people["bob"].get(f"{API}/weekly-digest/numbers.csv")
    assert csv.text.splitlines()[0] == "day,signIns"
    assert len(csv.text.splitlines()) == 8
    await room.type("ada", "/plugin add weekly-digest")
    await room.post("ada", "/jobs/weekly-digest/digest/run")
    async with asyncio.timeout(20):
        while len(await room.messages()) < 2:  # noqa: ASYNC110 - it is asked over HTTP
            await asyncio.sleep(0.05)
    assert {one["author"]["id"] for one in await room.messages()} == {"plugin:weekly-digest"}


async def test_message_of_a_plugin_stands_under_the_name_of_its_manifest(room: Room) -> None:
    """Not under its id; under one made of its id where it was removed."""
    folder = write_guest(
        room.folder,
        "desk",
        "onCommand: async (c, plugin) => {"
        " await plugin.api.messages.post({ channelId: c.channelId, text: 'At your service' }); },",
        commands=[{"name": "desk", "description": "Ring", "hint": ""}],
    )
    said = json.loads((folder / "plugin.json").read_text())
    (folder / "plugin.json").write_text(json.dumps({**said, "name": "Front desk of Bern"}))
    await room.target.install(folder)
    await room.type("bob", "/desk")
    author = (await room.messages("eve"))[-1]["author"]
    assert (author["id"], author["username"]) == ("plugin:desk", "desk")
    assert (author["display_name"], author["is_plugin"]) == ("Front desk of Bern", True)
    await room.target.hub.kernel.lifecycle.remove("desk", room.target.operator_ctx)
    assert (await room.messages("eve"))[-1]["author"]["display_name"] == "Desk"


async def test_offer_granted_later_is_there_without_enabling_it_again(room: Room) -> None:
    """Its command appears with the permission, works, and is not there twice."""
    name = await room.guest(
        "echo",
        "onCommand: (c) => `again: ${c.text}`,",
        commands=[{"name": "echo", "description": "Say it again", "hint": "words"}],
    )
    lifecycle, ctx = room.target.hub.kernel.lifecycle, room.target.operator_ctx
    path = f"/plugins/{name}/permissions/commands:offer"

    async def listed() -> int:
        shown = (await room.people["bob"].get(f"{API}/ui")).json()["commands"]
        return sum(one["name"] == "echo" for one in shown)

    assert (await room.call("ada", "DELETE", path)).status_code == 200
    await lifecycle.disable(name, ctx)
    await lifecycle.enable(name, ctx)
    assert await listed() == 0
    digest = room.target.hub.kernel.registry.get(name).stored.digest
    for _ in range(2):
        assert (await room.call("ada", "PUT", path, digest=digest)).status_code == 200
        await room.target.hub.kernel.events.settle()
        assert await listed() == 1
        assert (await room.type("bob", "/echo words")).json()["text"] == "again: words"
        assert (await room.call("ada", "DELETE", path)).status_code == 200
