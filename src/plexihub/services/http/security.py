"""Which requests come from the hub's own pages, and what keeps browsers to TLS."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from plexihub.services.http.errors import CsrfError


def strict_transport(seconds: int) -> list[tuple[bytes, bytes]]:
    """Make the header that keeps browsers to TLS for so long; none for 0."""
    return [(b"strict-transport-security", b"max-age=%d" % seconds)] if seconds else []


def check_origin(headers: Mapping[str, str]) -> None:
    """Refuse what another site's page sends; other programs send no such headers.

    Raises:
        CsrfError: It comes from another site.
    """
    site = headers.get("sec-fetch-site", "")
    if site not in {"", "same-origin", "none"}:
        raise CsrfError("The request comes from another site.")
    origin = headers.get("origin")
    if origin is not None and _netloc(origin) != headers.get("host", "").lower():
        raise CsrfError("The request comes from another site.")


def _netloc(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def check_token(headers: Mapping[str, str], expected: str) -> None:
    """Refuse an unsafe request that does not prove that it read the session's token.

    Raises:
        CsrfError: The token is missing or wrong.
    """
    given = headers.get("x-csrf-token", "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise CsrfError("The header X-CSRF-Token is missing or wrong.")
