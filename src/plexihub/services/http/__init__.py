"""The web door: REST, live events and pages."""

from plexihub.services.http.address import act_on_address
from plexihub.services.http.app import build_http, operator_app
from plexihub.services.http.parts import HttpParts, InstallOrder
from plexihub.services.http.server import Listener, Listening, check_port, serve
from plexihub.services.http.table import RouteTable

__all__ = (
    "HttpParts",
    "InstallOrder",
    "Listener",
    "Listening",
    "RouteTable",
    "act_on_address",
    "build_http",
    "check_port",
    "operator_app",
    "serve",
)
