"""The web door: REST, live events and pages."""

from plexihub.services.http.app import build_http, operator_app
from plexihub.services.http.parts import HttpParts, InstallOrder
from plexihub.services.http.server import Listening, check_port, serve
from plexihub.services.http.table import RouteTable

__all__ = (
    "HttpParts",
    "InstallOrder",
    "Listening",
    "RouteTable",
    "build_http",
    "check_port",
    "operator_app",
    "serve",
)
