"""What is asked for and what is granted meet, scope by scope."""

from __future__ import annotations

from itertools import product

import pytest

from plexihub.kernel.context import Actor, CallContext
from plexihub.kernel.permissions import Broker, Grant
from plexihub_sdk.errors import ManifestError
from plexihub_sdk.manifest import Manifest, parse_manifest
from plexihub_sdk.scopes import Scope, allows, from_plain, is_within, meet, to_plain, words
from tests.fakes.stores import MemoryAudit

FETCH = "network:fetch"
WEATHER = CallContext(actor=Actor("plugin", "weather"))
HOSTS = (
    "api.example.com",
    "api.example.com:443",
    "api.example.com:8443",
    "api.example.com:*",
    "*.example.com",
    "*.example.com:8443",
    "*.com.example.com:*",
    "*.api.example.com:*",
    "example.com",
    "192.0.2.1",
    "[2001:db8::1]:8080",
)
VALUES = tuple(
    f"{host}:{port}"
    for host, port in product(
        ("api.example.com", "a.b.api.example.com", "example.com", "192.0.2.1", "[2001:db8::1]"),
        (80, 443, 8080, 8443),
    )
)


def manifest(*permissions: object) -> Manifest:
    """Read a manifest with these permissions."""
    return parse_manifest(
        {"id": "weather", "version": "1.0.0", "entrypoint": "a.ts", "permissions": permissions}
    )


def hosts(*patterns: str) -> Scope:
    """Make a scope of hosts."""
    return {"hosts": patterns}


@pytest.mark.checklist("A-35")
@pytest.mark.parametrize("one", HOSTS)
def test_what_two_patterns_meet_in_is_what_both_allow(one: str) -> None:
    """For every other pattern and every host: allowed by the meeting is allowed by both."""
    for other, value in product(HOSTS, VALUES):
        both = meet(FETCH, hosts(one), hosts(other))
        apart = all(allows(FETCH, hosts(each), "hosts", value) for each in (one, other))
        assert allows(FETCH, both, "hosts", value) == apart, (one, other, value)


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("api.example.com", "api.example.com:443"),
        ("*.example.com", "api.example.com:443"),
        ("API.Example.com", "api.example.com:443"),
        ("[2001:DB8:0:0::1]:8080", "[2001:db8::1]:8080"),
    ],
)
def test_a_host_is_allowed_as_its_pattern_says(pattern: str, value: str) -> None:
    """A star stands for whole labels, at least one; a port that is not named is 80 or 443."""
    scope = manifest({"name": FETCH, "hosts": [pattern]}).scopes[FETCH]
    assert allows(FETCH, scope, "hosts", value)


@pytest.mark.checklist("A-35")
@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("api.example.com", "api.example.com:8080"),
        ("*.example.com", "example.com:443"),
        ("*.example.com", "evilexample.com:443"),
        ("*.example.com", "api.example.com.evil.test:443"),
        ("api.example.com", "sub.api.example.com:443"),
    ],
)
def test_a_host_beside_its_pattern_is_not_allowed(pattern: str, value: str) -> None:
    """Neither another port, nor the domain itself, nor a name that only looks alike."""
    scope = manifest({"name": FETCH, "hosts": [pattern]}).scopes[FETCH]
    assert not allows(FETCH, scope, "hosts", value)


def test_the_broker_answers_what_was_asked_for_and_granted(audit: MemoryAudit) -> None:
    """A wider grant gives no more than was asked for, and a wider wish no more than granted."""
    asked = {FETCH: {"hosts": ("*.example.com", "other.test"), "methods": ("GET",)}}
    given = {FETCH: {"hosts": ("api.example.com", "third.test")}}
    broker = Broker(audit, lambda _plugin: Grant.of({FETCH}, {FETCH}, asked, given))
    assert broker.scope(WEATHER, FETCH) == {"hosts": ("api.example.com",), "methods": ("GET",)}


def test_a_permission_without_a_scope_has_no_limit(audit: MemoryAudit) -> None:
    """A name alone is the whole permission, as it always was."""
    broker = Broker(audit, lambda _plugin: Grant.of({"data:read"}, {"data:read"}))
    assert broker.scope(WEATHER, "data:read") == {}
    assert allows("data:read", {}, "models", "users")


def test_a_scope_that_meets_in_nothing_allows_nothing(audit: MemoryAudit) -> None:
    """Disjoint models leave a list of none, which is not the absence of a limit."""
    grant = Grant.of(
        {"data:read"},
        {"data:read"},
        {"data:read": {"models": ("users",)}},
        {"data:read": {"models": ("jobs",)}},
    )
    scope = Broker(audit, lambda _plugin: grant).scope(WEATHER, "data:read")
    assert scope == {"models": ()}
    assert not allows("data:read", scope, "models", "users")
    assert words("data:read", scope) == "only the models (none)"


def test_a_manifest_names_permissions_with_and_without_scope() -> None:
    """Both spellings stand beside one another, and writing them gives them back."""
    scoped = {"name": FETCH, "hosts": ["API.example.com:8443"], "methods": ["get"]}
    read = manifest("ui:render", scoped, {"name": "data:read"})
    assert read.permissions == ("ui:render", FETCH, "data:read")
    assert read.scopes == {FETCH: {"hosts": ("api.example.com:8443",), "methods": ("GET",)}}
    again = from_plain(to_plain(read.permissions, read.scopes))
    assert again == (read.permissions, read.scopes)


@pytest.mark.parametrize(
    ("entry", "where", "says"),
    [
        ({"name": FETCH, "host": ["a.test"]}, "permissions[0].host", "Did you mean 'hosts'"),
        ({"name": FETCH, "methods": ["PSOT"]}, "permissions[0].methods", "Did you mean 'POST'"),
        ({"name": "network:fech"}, "permissions[0]", "Did you mean 'network:fetch'"),
        ({"hosts": ["a.test"]}, "permissions[0]", "is an object such as"),
        ({"name": "ui:render", "hosts": ["a.test"]}, "permissions[0].hosts", "has no scope"),
        ({"name": FETCH, "hosts": []}, "permissions[0].hosts", "list of 1 to"),
        ({"name": FETCH, "hosts": "a.test"}, "permissions[0].hosts", "list of 1 to"),
        ({"name": FETCH, "hosts": [7]}, "permissions[0].hosts", "is no text"),
        ({"name": FETCH, "paths": ["v1"]}, "permissions[0].paths", "is no path"),
        ({"name": FETCH, "paths": ["/v1/../*"]}, "permissions[0].paths", "goes up"),
        ({"name": "data:read", "models": ["Users!"]}, "permissions[0].models", "is no model"),
    ],
)
def test_a_wrong_scope_says_where_and_what_was_meant(entry: object, where: str, says: str) -> None:
    """What is mistyped is refused with a suggestion, never taken for no limit."""
    with pytest.raises(ManifestError, match=says) as caught:
        manifest(entry)
    assert caught.value.where == where


@pytest.mark.parametrize(
    "host",
    [
        *("*", "*.com", "*.1.2.3.4", "https://a.test", "a.test/x", "a..test", ".a.test", "a.test."),
        *("user@a.test", "a.test:0", "a.test:99999", "a.test:8x", "0x7f.1", "127.1", "2130706433"),
        *("[::1", "[1::2::3]", "a b.test", "a.test\n", "ä.test", "", "a.*.test", "x" * 300),
    ],
)
def test_what_is_no_host_is_refused(host: str) -> None:
    """A pattern that two readers could understand in two ways is none."""
    with pytest.raises(ManifestError):
        manifest({"name": FETCH, "hosts": [host]})


def test_more_than_before_is_noticed() -> None:
    """A new host, a field that is gone and a longer path are more; the reverse is less."""
    narrow = {"hosts": ("api.example.com",), "paths": ("/v1/users",)}
    wide = {"hosts": ("*.example.com",), "paths": ("/v1/*",)}
    assert is_within(FETCH, narrow, wide)
    assert not is_within(FETCH, wide, narrow)
    assert is_within(FETCH, narrow, {})
    assert not is_within(FETCH, {}, narrow)
    assert not is_within(FETCH, hosts("a.test"), {"hosts": ("a.test",), "methods": ("GET",)})
