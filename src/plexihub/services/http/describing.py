"""How a route of the hub's own is described."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from plexihub_sdk.routes import Auth


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What a route takes and answers.

    Args:
        auth: Who may call it.
        body: Type of the body; None takes none.
        answer: Type of the answer; None has none.
        status: Of a good answer.
        query: Names of query parameters, each with what it means.
        optional_body: Whether it may be left out.
        permission: What the person needs besides; empty for nothing.
        media: Type of an answer that is no JSON.
        upload: Whether the body is a file.
    """

    auth: Auth = "admin"
    body: Any = None
    answer: Any = None
    status: int = 200
    query: dict[str, str] = field(default_factory=dict)
    optional_body: bool = False
    permission: str = ""
    media: str = ""
    upload: bool = False
