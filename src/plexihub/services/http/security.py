"""What every response forbids the browser, and which requests come from the hub's own pages."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from plexihub.services.http.errors import CsrfError

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'self'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


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
