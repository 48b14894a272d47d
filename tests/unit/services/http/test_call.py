"""What a call reads of its headers and its body."""

from typing import Any

import pytest

from plexihub.kernel.context import CallContext
from plexihub.services.http.call import Call, cookie_of
from plexihub_sdk.errors import TooLargeError


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("plexihub_session=abc", "abc"),
        ('theme={"a":[1,2]}; plexihub_session=abc ; other=1', "abc"),
        ('plexihub_session="abc"', "abc"),
        ("plexihub_session=old; plexihub_session=new", "new"),
        ("xplexihub_session=abc; plexihub_session_own=abc; plexihub_session", ""),
        ("", ""),
    ],
)
def test_cookie(text: str, token: str) -> None:
    """The session's token is found beside whatever other programs of the host have set."""
    assert cookie_of({"cookie": text}) == token


def call(version: str, headers: dict[str, str], body: bytes) -> Call:
    """Make a GET that has a body."""
    parts: list[dict[str, Any]] = [{"type": "http.request", "body": body}]

    async def receive() -> dict[str, Any]:
        return parts.pop()

    return Call(
        scope={"type": "http", "http_version": version},
        receive=receive,
        ctx=CallContext(),
        method="GET",
        path="/",
        root="",
        headers=headers,
    )


@pytest.mark.anyio
async def test_body_of_a_get() -> None:
    """A GET's body is read where it is announced, or where HTTP/2 needs no announcement."""
    assert await call("1.1", {"content-length": "2"}, b"ab").body() == b"ab"
    assert await call("1.1", {"transfer-encoding": "chunked"}, b"ab").body() == b"ab"
    assert await call("2", {}, b"ab").body() == b"ab"
    assert await call("1.1", {}, b"").body() == b""
    with pytest.raises(TooLargeError):
        await call("1.1", {"content-length": "9" * 30}, b"").body()
