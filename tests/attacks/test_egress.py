"""A plugin tries to reach what it was not granted: by every spelling, redirect and trick.

Each attack is refused, and a canary on loopback hears nothing.
"""

from __future__ import annotations

import itertools
import time
import tracemalloc
from typing import Any
from urllib.parse import quote

import pytest

from plexihub.kernel.audit import AuditQuery
from plexihub.services.egress.ranges import kind_of
from plexihub.services.egress.target import parse_target
from plexihub_sdk.errors import (
    InputError,
    LimitExceededError,
    PermissionDenied,
    PlexiHubError,
)
from tests.attacks.egress_room import ADMIN, Room
from tests.support.machine import MIB

pytestmark = [pytest.mark.anyio, pytest.mark.checklist("A-19")]


@pytest.fixture
async def room(egress_room: Room) -> Room:
    """Have a plugin that may call two hosts on one port, and the canary by every name there is."""
    good, canary = egress_room.good.port, egress_room.canary.port
    await egress_room.grant(
        *(f"good.test:{good}", f"other.test:{good}", f"127.0.0.1:{canary}", f"[::1]:{canary}"),
        *(f"localhost:{canary}", f"rebinds.test:{canary}", f"*.evil.test:{canary}"),
        *(f"[::ffff:7f00:1]:{canary}", "169.254.169.254", "[fd00:ec2::254]", "10.0.0.1"),
    )
    return egress_room


async def test_what_is_granted_and_open_is_reached(room: Room) -> None:
    """The good way: host, header, method and body arrive, and the answer comes back whole."""
    answered = await room.fetch(
        room.url("/v1/x?q=1"), method="POST", headers={"X-Mine": "yes"}, json={"a": 1}
    )
    asked = room.good.asked[-1]
    assert answered["status"] == 200
    assert asked["method"] == "POST"
    assert asked["path"] == "/v1/x?q=1"
    assert asked["headers"]["host"] == f"good.test:{room.good.port}"
    assert asked["headers"]["x-mine"] == "yes"
    assert asked["body"] == '{"a":1}'


LOOPBACK = [
    *("127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1"),
    *("017700000001", "0x7f.0x0.0x0.0x1", "127.0.0.1.", "127.000.000.001", "0x7F.0.1"),
    *("127.255.255.254", "%31%32%37.0.0.1", "1\uff127.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①"),
    *("[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0::ffff:7F00:0001]"),
    *("[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[::ffff:0:127.0.0.1]"),
    *("[2001:0:7f00:1::]", "localhost", "LOCALHOST", "localhost.", "ip6-localhost", "0", "0.0.0.0"),  # noqa: S104 - to attack
    *("[::]", "[::ffff:0.0.0.0]", "[fe80::1%25lo]", "[::1%25lo]"),
]


@pytest.mark.parametrize("host", LOOPBACK)
async def test_loopback_is_refused_in_every_spelling(room: Room, host: str) -> None:
    """By numbers of any base, inside IPv6, with zones, dots and other scripts' digits."""
    room.names["localhost"] = room.names["ip6-localhost"] = ["127.0.0.1", "::1"]
    await room.refused(f"http://{host}:{room.canary.port}/")


RANGES = {
    "169.254.169.254": "metadata",
    "169.254.170.2": "metadata",
    "168.63.129.16": "metadata",
    "100.100.100.200": "metadata",
    "fd00:ec2::254": "metadata",
    "10.0.0.1": "private",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.168.1.1": "private",
    "fc00::1": "private",
    "fdff::1": "private",
    "169.254.1.1": "link-local",
    "fe80::1": "link-local",
    "100.64.0.1": "shared (CGNAT)",
    "0.1.2.3": "unspecified",
    "224.0.0.1": "multicast",
    "ff02::1": "multicast",
    "::ffff:8.8.8.8": "IPv4 inside IPv6",
    "64:ff9b::a9fe:a9fe": "IPv4 inside IPv6",
    "2002:a9fe:a9fe::": "IPv4 inside IPv6",
    "255.255.255.255": "reserved",
    "192.0.0.1": "reserved",
    "198.18.0.1": "reserved",
    "2001:db8::1": "reserved",
    "4000::1": "reserved",
}


@pytest.mark.parametrize("address", RANGES)
async def test_a_name_that_points_inside_is_refused(room: Room, address: str) -> None:
    """What a granted name resolves to is judged, whoever owns the name."""
    room.names["a.evil.test"] = [address]
    error = await room.refused(f"http://a.evil.test:{room.canary.port}/")
    assert isinstance(error, PermissionDenied)
    assert RANGES[address] in error.message


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450::1"])
def test_the_internet_is_no_special_range(address: str) -> None:
    """Addresses of the internet are none of the above."""
    assert kind_of(parse_ip(address)) == ""


def parse_ip(text: str) -> Any:
    """Read an address."""
    host = f"[{text}]" if ":" in text else text
    return parse_target(f"http://{host}/").address


async def test_one_good_address_does_not_open_the_bad_ones(room: Room) -> None:
    """Of several addresses only those of the internet are connected to."""
    room.names["a.evil.test"] = ["169.254.169.254", "127.0.0.1"]
    assert isinstance(
        await room.refused(f"http://a.evil.test:{room.canary.port}/"), PermissionDenied
    )


async def test_a_name_that_is_looked_up_again_says_nothing_new(room: Room) -> None:
    """A resolver that answers differently the second time is asked once a request."""
    answers = itertools.chain([["192.0.2.7"]], itertools.repeat(["127.0.0.1"]))

    async def rebinding(host: str, _port: int) -> list[str]:
        room.looked_up.append(host)
        return next(answers)

    room.hub.outside.connector.resolve = rebinding
    try:
        room.looked_up.clear()
        url = f"http://rebinds.test:{room.canary.port}/"
        await room.refused(url)
        assert room.looked_up == ["rebinds.test"]
        await room.refused(url)
        assert room.looked_up == ["rebinds.test"] * 2
    finally:
        room.hub.outside.connector.resolve = room.resolve


async def test_an_open_name_opens_no_metadata(room: Room) -> None:
    """A private host that an administrator opened by name may not turn into the cloud's own."""
    room.names["good.test"] = ["169.254.169.254"]
    try:
        await room.refused(room.url())
    finally:
        room.names["good.test"] = ["127.0.0.1"]


REDIRECTS = [
    *("http://127.0.0.1:{port}/", "http://0x7f.1:{port}/", "//127.0.0.1:{port}/"),
    *("http://[::ffff:127.0.0.1]:{port}/", "http://169.254.169.254/latest/meta-data/"),
    *("http://[fd00:ec2::254]/", "http://unlisted.test/", "http://a.evil.test:{port}/"),
    *("\\\\127.0.0.1:{port}\\", "http:\\\\127.0.0.1:{port}/", "http://good.test@127.0.0.1:{port}/"),
    *("file:///etc/passwd", "ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_GET"),
    *(
        "javascript:alert(1)",
        "data:text/plain,x",
        "http://127.0.0.1:{port}\t/",
        "https://127.1:{port}",
    ),
]


@pytest.mark.checklist("A-35")
@pytest.mark.parametrize("status", [301, 307])
@pytest.mark.parametrize("location", REDIRECTS)
async def test_a_redirect_is_judged_like_a_request(room: Room, location: str, status: int) -> None:
    """To loopback, metadata, an unlisted host or another scheme: refused at that step."""
    room.names["a.evil.test"] = ["127.0.0.1"]
    there = quote(location.format(port=room.canary.port), safe="")
    await room.refused(room.url(f"/to?status={status}&url={there}"))


async def test_redirects_end(room: Room) -> None:
    """A loop is left after five steps."""
    error = await room.refused(room.url("/to?url=" + "/loop"))
    assert error.code in {"invalid_input", "network_failed"}


async def test_credentials_do_not_follow_to_another_host(room: Room) -> None:
    """`authorization` and `cookie` stay with the host that they were meant for."""
    there = quote(room.url("/there", "other.test"), safe="")
    await room.fetch(
        room.url(f"/to?url={there}"),
        headers={"Authorization": "Bearer x", "Cookie": "a=b", "X-Kept": "1"},
    )
    sent = room.good.asked[-1]["headers"]
    assert "authorization" not in sent
    assert "cookie" not in sent
    assert sent["x-kept"] == "1"


HOSTS = [
    *("http://good.test@127.0.0.1:{canary}/", "http://a:b@good.test:{good}/"),
    *(
        "http://good.test:{good}@127.0.0.1:{canary}/",
        "http://127.0.0.1:{canary}\\@good.test:{good}/",
    ),
    *(
        "http://127.0.0.1:{canary}#@good.test:{good}/",
        "http://127.0.0.1:{canary}?@good.test:{good}/",
    ),
    *("http://good.test.:{good}/", "http://good.test:0/", "http://good.test:99999/", "http://"),
    *("//good.test:{good}/", "good.test:{good}/", "/path", "", "http:///", "http://good%00.test/"),
    *("http://good.test:{good}:{canary}/", "http://[good.test]:{good}/", "http://good test/"),
    *("unix:/run/hub.sock", "ws://good.test:{good}/", "blob:http://good.test/x", "about:blank"),
    *("http://sub.good.test:{good}/", "http://good.test/", "http://good-test:{good}/"),
    *("http://goodtest:{good}/", "http://good.test.evil.test:{good}/", "https://example.com/"),
    *("http://g\u043e\u043ed.test:{good}/", "http://good.test%2f@127.0.0.1:{canary}/", "x" * 9000),
]


@pytest.mark.checklist("A-35")
@pytest.mark.parametrize("url", HOSTS)
async def test_another_host_in_disguise_is_refused(room: Room, url: str) -> None:
    """Users, backslashes, fragments, dots, look-alikes and relatives of a granted host."""
    asked = len(room.good.asked)
    await room.refused(url.format(good=room.good.port, canary=room.canary.port))
    assert len(room.good.asked) == asked


@pytest.mark.parametrize(
    "headers",
    [
        {"X-A": "a\r\nX-B: b"},
        {"X-A": "a\nb"},
        {"X-A": "a\0"},
        {"X-A\r\nHost": "evil"},
        {"X A": "a"},
        {"": "a"},
        {"X-A:": "a"},
        {"Host": "127.0.0.1"},
        {"hOsT": "127.0.0.1"},
        {"Transfer-Encoding": "chunked"},
        {"Content-Length": "0"},
        {"Connection": "keep-alive"},
        {"Upgrade": "websocket"},
        {"Expect": "100-continue"},
        {"TE": "trailers"},
        {"Proxy-Authorization": "x"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-A": "ü€"},
        {"X-A": "x" * 9000},
        {f"X-{number}": "a" for number in range(65)},
        {"X-A": "1", "x-a": "2"},
    ],
    ids=str,
)
async def test_a_header_that_smuggles_is_refused(room: Room, headers: dict[str, str]) -> None:
    """No second line, no other host, no other framing, and not without end."""
    asked = len(room.good.asked)
    await room.refused(room.url(), headers=headers)
    assert len(room.good.asked) == asked


@pytest.mark.parametrize(
    "more",
    [
        {"method": "CONNECT"},
        {"method": "TRACE"},
        {"method": "GET / HTTP/1.1\r\nX: y"},
        {"method": "get post"},
        {"method": "GET", "body": "x"},
        {"method": "POST", "body": "no base64!", "base64": True},
        {"method": "POST", "body": "x", "json": 1},
        {"redirect": "always"},
        {"proxy": "http://127.0.0.1"},
        {"method": "POST", "body": "x" * (3 * MIB + 1)},
    ],
    ids=lambda more: str(more)[:40],
)
async def test_a_request_that_is_none_is_refused(room: Room, more: dict[str, Any]) -> None:
    """Tunnels, other methods, two bodies, unknown fields and bodies that are too large."""
    asked = len(room.good.asked)
    assert isinstance(await room.refused(room.url(), **more), InputError)
    assert len(room.good.asked) == asked


async def test_no_proxy_is_taken_from_the_environment(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the hub's own environment says of proxies does not count."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{room.canary.port}")
    heard = room.canary.heard
    assert (await room.fetch(room.url()))["status"] == 200
    assert room.canary.heard == heard


async def test_the_method_and_the_path_are_part_of_the_grant(room: Room) -> None:
    """What was granted for reading below one path is for nothing else."""
    await room.grant(f"good.test:{room.good.port}", methods=["GET"], paths=["/v1/*"])
    assert (await room.fetch(room.url("/v1/a/b?c")))["status"] == 200
    asked = len(room.good.asked)
    for path in ("/", "/v2/", "/v1", "/v1/../v2", "/v1/%2e%2e/v2", "/v1/..%2fv2", "/v1/%5c..%5cv2"):
        assert isinstance(await room.refused(room.url(path)), PermissionDenied), path
    assert isinstance(await room.refused(room.url("/v1/"), method="POST"), PermissionDenied)
    assert len(room.good.asked) == asked


async def test_a_permission_without_hosts_reaches_none(room: Room) -> None:
    """Without a list there is none: an administrator allows each host."""
    await room.grant()
    assert "not among its hosts" in (await room.refused(room.url())).message


async def test_the_hub_s_own_refusals_come_before_the_grant(room: Room) -> None:
    """What the hub refuses for all, and http where only https goes out."""
    await room.set("plugins.network.refused", [f"good.test:{room.good.port}"])
    assert "lets nothing out" in (await room.refused(room.url())).message
    await room.set("plugins.network.refused", [])
    await room.set("plugins.network.https_only", True)
    assert "https" in (await room.refused(room.url())).message
    await room.set("plugins.network.https_only", False)


async def test_a_bomb_is_given_up(room: Room) -> None:
    """64 MiB out of 64 KiB: refused at the bound, without the memory for it."""
    await room.set("plugins.network.answer_mb", 2)
    tracemalloc.start()
    try:
        with pytest.raises(PlexiHubError, match="more than"):
            await room.read_all(await room.fetch(room.url("/bomb")))
        assert tracemalloc.get_traced_memory()[1] < 24 * MIB
    finally:
        tracemalloc.stop()
        await room.set("plugins.network.answer_mb", 10)


async def test_an_endless_body_is_given_up(room: Room) -> None:
    """It ends at the bound for answers."""
    with pytest.raises(PlexiHubError, match="more than"):
        await room.read_all(await room.fetch(room.url("/endless")))


@pytest.mark.parametrize("path", ["/slow", "/hang"])
async def test_a_slow_answer_ends_with_the_call(room: Room, path: str) -> None:
    """Bytes that trickle, or never come, take no longer than the call has."""
    started = time.monotonic()
    with pytest.raises(PlexiHubError):
        await room.read_all(await room.fetch(room.url(path), seconds=0.5))
    assert time.monotonic() - started < 5


async def test_headers_without_end_are_given_up(room: Room) -> None:
    """More than 200, or more than the parser takes."""
    for count in (500, 50_000):
        with pytest.raises(PlexiHubError):
            await room.fetch(room.url(f"/headers?n={count}"))


async def test_a_long_answer_comes_in_parts_and_is_its_plugin_s_alone(room: Room) -> None:
    """Beyond one MiB the rest is read by a handle, which no other plugin can use."""
    first = await room.fetch(room.url(f"/bytes?n={3 * MIB}"))
    assert first["base64"]
    mine = room.plugin
    await room.grant(f"good.test:{room.good.port}")
    with pytest.raises(PlexiHubError, match="no such body"):
        await room.ask("network.read", {"handle": first["handle"]})
    room.plugin = mine
    assert await room.read_all(first) == bytes(range(256)) * (3 * MIB // 256)


async def test_connections_of_one_plugin_are_bounded(room: Room) -> None:
    """Answers that are never read to the end cost a plugin its own connections alone."""
    left_open = [await room.fetch(room.url(f"/bytes?n={3 * MIB}")) for _ in range(16)]
    assert isinstance(await room.refused(room.url()), LimitExceededError)
    await room.ask("network.close", {"handle": left_open[0]["handle"]})
    assert (await room.fetch(room.url()))["status"] == 200
    mine = room.plugin
    await room.grant(f"good.test:{room.good.port}")
    assert (await room.fetch(room.url()))["status"] == 200
    # A plugin that stops leaves none of them open.
    room.hub.kernel.events.publish("plugin.quarantined", {"id": mine}, ADMIN)
    await room.hub.kernel.events.settle()
    room.plugin = mine
    with pytest.raises(PlexiHubError, match="no such body"):
        await room.ask("network.read", {"handle": left_open[1]["handle"]})


@pytest.mark.checklist("A-15")
async def test_request_101_of_a_minute_is_refused_and_audited(room: Room) -> None:
    """A hundred go out; the next one does not, and another plugin's still does."""
    for _ in range(100):
        assert (await room.fetch(room.url("/")))["status"] == 200
    asked = len(room.good.asked)
    error = await room.refused(room.url("/"))
    assert isinstance(error, LimitExceededError)
    assert len(room.good.asked) == asked
    records = await room.hub.kernel.audit.read(AuditQuery(action="gateway.call", limit=300))
    mine = [one for one in records if one.actor.id == room.plugin]
    assert [one.outcome for one in mine].count("ok") == 100
    assert [one.target for one in mine if one.outcome != "ok"] == ["network.fetch"]
    await room.grant(f"good.test:{room.good.port}")
    assert (await room.fetch(room.url("/")))["status"] == 200


@pytest.mark.checklist("A-42")
async def test_every_request_is_on_record_without_its_query(room: Room) -> None:
    """Host, port, method, path, status and bytes; of a refused one, too; the query of none."""
    await room.fetch(room.url("/v1/place?key=hidden"), method="POST", body="12345")
    await room.refused(f"http://127.0.0.1:{room.canary.port}/inside?key=hidden")
    records = await room.hub.kernel.audit.read(AuditQuery(action="network.request", limit=300))
    mine = [one for one in records if one.actor.id == room.plugin]
    done = next(one for one in mine if one.outcome == "ok")
    assert done.target == f"good.test:{room.good.port}"
    assert done.details["port"] == room.good.port
    assert (done.details["method"], done.details["path"]) == ("POST", "/v1/place")
    assert (done.details["status"], done.details["sent"]) == (200, 5)
    assert done.details["bytes"] > 0
    assert [one.details["path"] for one in mine if one.outcome == "denied"] == ["/inside"]
    assert "hidden" not in str(mine)
