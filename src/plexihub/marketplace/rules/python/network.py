"""`py-network`: the network past the hub."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-network",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`socket`, `ssl`, `urllib.request`, `requests` and other ways to the network"
    " that are not the hub's",
    next="Use plugin.api.fetch (permission network:fetch).",
    check=python_names(
        "{} goes to the network past the hub.",
        "socket.",
        "_socket.",
        "ssl.",
        "http.client.",
        "http.server.",
        "urllib.request.",
        "urllib3.",
        "requests.",
        "httpx.",
        "aiohttp.",
        "websockets.",
        "ftplib.",
        "smtplib.",
        "imaplib.",
        "poplib.",
        "telnetlib.",
        "socketserver.",
        "xmlrpc.",
        "asyncio.open_connection",
        "asyncio.start_server",
        "asyncio.open_unix_connection",
    ),
    tiers=("sandboxed",),
    never_allowed=True,
)
