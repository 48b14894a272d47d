"""The request shield: what is refused before any route is asked."""

from plexihub.services.http.shield.limits import headers_of
from plexihub.services.http.shield.shield import Shield

__all__ = ("Shield", "headers_of")
