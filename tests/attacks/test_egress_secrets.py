"""A plugin tries to learn a secret that goes out with its requests, or to take it elsewhere."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import pytest

from plexihub.kernel.audit import AuditQuery
from plexihub_sdk.errors import InputError, NotFoundError, PermissionDenied
from plexihub_sdk.ids import PluginId
from tests.attacks.egress_room import ADMIN, Room

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-42")]
SECRET = 's3cr3t/of+"the" weather'  # noqa: S105 - of a machine that lives as long as a test
BEARER = {"authorization": "Bearer {{secret:weather}}"}


@pytest.fixture
async def room(egress_room: Room) -> Room:
    """Have a plugin with a secret for one of the two hosts that it may call."""
    # A secret goes by TLS or to this machine's own address, as here.
    good = f"127.0.0.1:{egress_room.good.port}"
    other = f"other.test:{egress_room.good.port}"
    await egress_room.set("plugins.network.private", [good, other])
    await egress_room.grant(good, other)
    await egress_room.hub.outside.vault.put(ADMIN, egress_room.plugin, "weather", SECRET, [good])
    return egress_room


def at(room: Room, path: str) -> str:
    """Make an address on the machine that the secret is for."""
    return room.url(path, "127.0.0.1")


async def test_a_secret_goes_out_in_header_query_and_body(room: Room) -> None:
    """The hub fills it in as each place needs it."""
    await room.fetch(
        at(room, "/v1?key={{secret:weather}}"),
        method="POST",
        headers=BEARER,
        json={"key": "{{secret:weather}}"},
    )
    asked = room.good.asked[-1]
    assert asked["headers"]["authorization"] == f"Bearer {SECRET}"
    assert asked["path"] == "/v1?key=" + quote(SECRET, safe="")
    assert asked["body"] == '{"key":"s3cr3t/of+\\"the\\" weather"}'


@pytest.mark.parametrize("packed", ["", "gzip"])
@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(b"x" + SECRET.encode()).decode(),
        base64.b64encode(b"Bearer " + SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        SECRET.upper(),
        SECRET[::-1],
        's3cr3t/of+\\"the\\" weather',
        "s3cr3t/of+&quot;the&quot; weather",
    ],
)
async def test_a_reflected_secret_is_not_seen(room: Room, form: str, packed: str) -> None:
    """In every usual spelling, in body and headers, packed or not."""
    said = f"/echo?packed={packed}&say={quote(form, safe='')}"
    answered = await room.fetch(at(room, said), headers=BEARER)
    assert "[secret]" in answered["headers"]["x-echo"]
    body = answered["body"].partition(" and ")[0]
    assert form not in body
    assert "[secret]" in body


async def test_a_secret_over_the_border_of_pieces_is_not_seen(room: Room) -> None:
    """Wherever a long answer is cut."""
    filler = "x" * (room.inline - len("you said ") - 7)
    answered = await room.fetch(at(room, "/echo"), method="POST", headers=BEARER, body=filler)
    assert SECRET not in answered["body"]
    big: dict[str, Any] = {"body": filler + "{{secret:weather}}" + filler, "method": "POST"}
    first = await room.fetch(at(room, "/echo"), headers=BEARER, **big)
    whole = (await room.read_all(first)).decode()
    assert SECRET not in whole
    assert whole.count("[secret]") == 2


async def test_a_secret_stays_with_its_host(room: Room) -> None:
    """Another host that the plugin may call does not get it."""
    asked = len(room.good.asked)
    for more in ({"headers": BEARER}, {"method": "POST", "body": "{{secret:weather}}"}):
        error = await room.refused(room.url("/", "other.test"), **more)
        assert isinstance(error, PermissionDenied)
        assert "may not go to" in error.message
    await room.refused(room.url("/?k={{secret:weather}}", "other.test"))
    assert len(room.good.asked) == asked


async def test_a_redirect_takes_no_secret_along(room: Room) -> None:
    """Neither its header, nor in the address that the answer points to."""
    there = quote(room.url("/there", "other.test"), safe="")
    answered = await room.fetch(at(room, f"/to?url={there}"), headers=BEARER)
    assert answered["status"] == 200
    assert "authorization" not in room.good.asked[-1]["headers"]
    asked = len(room.good.asked)
    for host in ("other.test", "127.0.0.1"):
        away = quote(room.url("/there?k=", host), safe="") + "{{secret:weather}}"
        assert isinstance(await room.refused(at(room, f"/to?url={away}")), InputError)
    body = {"method": "POST", "body": "{{secret:weather}}"}
    assert isinstance(
        await room.refused(at(room, f"/to?status=307&url={there}"), **body), InputError
    )
    assert len(room.good.asked) == asked + 3


async def test_a_redirect_that_is_handed_over_shows_no_secret(room: Room) -> None:
    """Who decides by itself where to go reads an address without it."""
    away = quote(room.url("/there?k=", "other.test"), safe="") + "{{secret:weather}}"
    answered = await room.fetch(at(room, f"/to?url={away}"), redirect="manual")
    assert answered["status"] == 302
    assert answered["headers"]["location"].endswith("?k=[secret]")


async def test_pieces_and_packings_that_hide_a_secret_are_refused(room: Room) -> None:
    """No range to read it letter by letter, no packing that the hub cannot look into."""
    ranged = {**BEARER, "range": "bytes=0-3"}
    assert isinstance(await room.refused(at(room, "/echo"), headers=ranged), InputError)
    await room.refused(at(room, "/echo?packed=br"), headers=BEARER)


@pytest.mark.parametrize("path", ["/{{secret:weather}}", "/x#{{secret:weather}}/"])
async def test_a_secret_stands_nowhere_else(room: Room, path: str) -> None:
    """In a path it is refused, since records show paths; a fragment is never sent."""
    asked = len(room.good.asked)
    if "#" in path:
        await room.fetch(at(room, path))
        assert "secret" not in room.good.asked[-1]["path"]
    else:
        assert isinstance(await room.refused(at(room, path)), InputError)
        assert len(room.good.asked) == asked


async def test_a_secret_of_another_plugin_is_none(room: Room) -> None:
    """Each plugin has its own, and one that was never set is refused."""
    await room.grant(f"127.0.0.1:{room.good.port}")
    asked = len(room.good.asked)
    error = await room.refused(at(room, "/"), headers=BEARER)
    assert "was never set" in error.message
    assert len(room.good.asked) == asked


async def test_a_secret_goes_out_encrypted_only(room: Room) -> None:
    """By http it leaves this machine for nobody."""
    host = f"other.test:{room.good.port}"
    await room.hub.outside.vault.put(ADMIN, room.plugin, "other", "eight or more", [host])
    headers = {"x-key": "{{secret:other}}"}
    error = await room.refused(room.url("/", "other.test"), headers=headers)
    assert "https" in error.message


async def test_no_record_event_or_hook_has_a_secret(room: Room) -> None:
    """They see its name alone: the audit, who watches requests, and what is told of them."""
    seen: list[Any] = []
    kernel = room.hub.kernel

    async def watch(payload: dict[str, Any]) -> None:
        seen.append(dict(payload))

    undo = kernel.hooks.add("outgoing.requesting", watch)
    undo_event = kernel.events.subscribe("outgoing.requested", seen.append)
    try:
        await room.fetch(at(room, "/echo?k={{secret:weather}}"), headers=BEARER)
        await kernel.events.settle()
    finally:
        undo()
        undo_event()
    records = await kernel.audit.read(AuditQuery(limit=1000))
    told = f"{seen}{records}"
    assert "{{secret:weather}}" in told
    for form in (SECRET, quote(SECRET, safe=""), quote(SECRET)):
        assert form not in told
    mine = [one for one in records if one.actor.id == room.plugin]
    assert [one.details["secrets"] for one in mine if one.action == "network.request"] == [
        ["weather"]
    ]


async def test_a_secret_is_sealed_at_rest_and_read_by_nobody(room: Room) -> None:
    """Neither the database's file nor any model, list or page has it."""
    shown = await room.hub.outside.vault.describe(room.plugin)
    assert [(one["name"], one["hosts"]) for one in shown] == [
        ("weather", [f"127.0.0.1:{room.good.port}"])
    ]
    assert SECRET not in str(shown)
    with pytest.raises(NotFoundError):
        room.hub.database.get_model("PluginSecret")
    for path in room.hub.folder.path.glob("hub.db*"):
        assert SECRET.encode() not in path.read_bytes()
    assert room.hub.folder.secrets_key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value", "hosts"),
    [
        ("a b", "long enough", ["a.test"]),
        ("../x", "long enough", ["a.test"]),
        ("ok", "short", ["a.test"]),
        ("ok", "two\r\nlines: x", ["a.test"]),
        ("ok", "x" * 5000, ["a.test"]),
        ("ok", "long enough", []),
        ("ok", "long enough", ["*"]),
        ("ok", "long enough", ["https://a.test"]),
    ],
)
async def test_what_is_no_secret_is_refused(
    room: Room, name: str, value: str, hosts: list[str]
) -> None:
    """Names, values and hosts are checked, and the refusal does not repeat the value."""
    with pytest.raises(InputError) as caught:
        await room.hub.outside.vault.put(ADMIN, room.plugin, name, value, hosts)
    assert value not in str(caught.value.message)


async def test_what_a_removed_plugin_had_is_gone(room: Room) -> None:
    """Secrets and hosts end with it."""
    plugin = PluginId(room.plugin)
    await room.hub.outside.hosts.decide(ADMIN, plugin, "third.test", "allow")
    await room.hub.installer.remove(plugin, ADMIN)
    await room.hub.kernel.events.settle()
    assert await room.hub.outside.vault.describe(plugin) == []
    assert room.hub.outside.hosts.describe(plugin)["decided"] == []
