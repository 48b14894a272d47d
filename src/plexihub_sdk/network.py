"""What the service `network` answers: the response of another machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

__all__ = ("Network", "NetworkResponse")


@dataclass(frozen=True, slots=True)
class NetworkResponse:
    """A whole response; one that says 404 or 500 is a response, too.

    Args:
        status: HTTP status.
        url: Where it came from, after redirects.
        headers: Names in lower case.
        body: Decompressed bytes.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        """The body as UTF-8 text; what is none is replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Read the body as JSON.

        Raises:
            ValueError: It is none.
        """
        return json.loads(self.body)


class Network(Protocol):
    """The service `network`, as plugins use it.

    In plain code `request` does its work and answers; in `async` code it answers with something to
    await.
    """

    def request(  # noqa: PLR0913 - what a request is made of
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
        body: bytes | str | None = None,
        timeout: float = 30.0,
    ) -> Any:
        """Call another machine and answer its `NetworkResponse`."""
