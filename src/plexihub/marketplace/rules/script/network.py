"""`js-network`: the network past the hub."""

from __future__ import annotations

from plexihub.marketplace.rules.rule import BLOCKED, Rule
from plexihub.marketplace.rules.script.names import script_names

RULE = Rule(
    id="js-network",
    group="malicious",
    about="script",
    levels=BLOCKED,
    looks_for="`XMLHttpRequest`, `WebSocket`, `EventSource`, WebRTC: ways to the network that"
    " are not the hub's",
    next="Use plugin.api.fetch (permission network:fetch).",
    check=script_names(
        "{} goes to the network past the hub.",
        "XMLHttpRequest",
        "WebSocket",
        "WebSocketStream",
        "EventSource",
        "RTCPeerConnection",
        "WebTransport",
    ),
    tiers=("sandboxed",),
    never_allowed=True,
)
