"""Identifiers, told apart by type so that one cannot be passed for another."""

from __future__ import annotations

import random
import re
import uuid
from typing import NewType

PluginId = NewType("PluginId", str)
UserId = NewType("UserId", str)
SessionId = NewType("SessionId", str)
TraceId = NewType("TraceId", str)

# A trace is shown to whoever made the request: it must differ from others, not be secret.
_traces = random.Random()  # noqa: S311 - seeded by the system; see above

_PLUGIN_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*\Z")
MAX_PLUGIN_ID = 64


def new_id() -> str:
    """Make a random UUID (version 4) in its usual spelling."""
    return str(uuid.uuid4())


def new_trace_id() -> TraceId:
    """Make an id that joins every record of one journey: 32 hexadecimal digits."""
    return TraceId(f"{_traces.getrandbits(128):032x}")


def plugin_id(text: str) -> PluginId:
    """Read a plugin's id; `hello_world` is an accepted spelling of `hello-world`.

    Raises:
        ValueError: `text` is not kebab-case or is longer than 64 characters.
    """
    canonical = text.replace("_", "-")
    if len(canonical) > MAX_PLUGIN_ID or not _PLUGIN_ID.match(canonical):
        msg = (
            f"{text!r} is no plugin id: use lower-case letters, digits and single hyphens, "
            f"a letter first, {MAX_PLUGIN_ID} characters at most"
        )
        raise ValueError(msg)
    return PluginId(canonical)
