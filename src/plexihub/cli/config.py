"""`plexihub config`: list, get, set, reset."""

from __future__ import annotations

import json
import math
from typing import Any

from cyclopts import App

from plexihub.cli.common import Common, connected, segment
from plexihub.cli.output import harmless, say, show_json, show_table

app = App(name="config", help="Read and change settings.")
_NO_OPTIONS = Common()


@app.command(name="list")
async def list_(*, common: Common = _NO_OPTIONS) -> None:
    """List every setting, its value, and where the value comes from."""
    async with connected(common) as api:
        settings = await api.items("/config")
    if common.json:
        return show_json(settings)
    rows = [(one["key"], _text(one["value"]), one["source"], _told(one)) for one in settings]
    return show_table(("setting", "value", "from", ""), rows, empty="There are no settings.")


@app.command
async def get(key: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Print one setting's value.

    Parameters
    ----------
    key
        Such as server.port.
    """
    async with connected(common) as api:
        setting = await api.call("GET", f"/config/{segment(key)}")
    if common.json:
        return show_json(setting)
    return say(harmless(_text(setting["value"])))


@app.command(name="set")
async def set_(key: str, value: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Change a setting; it is checked first, kept, and told to plugins.

    Parameters
    ----------
    key
        Such as log.level.
    value
        As text; read by the setting's own type. A list is written with commas.
    """
    async with connected(common) as api:
        known = await api.call("GET", f"/config/{segment(key)}")
        setting = await api.call(
            "PUT", f"/config/{segment(key)}", json={"value": _read(value, known["type"])}
        )
        if common.json:
            return show_json(setting)
        later = f" Takes effect {setting['acts']}." if setting["acts"] != "at once" else ""
        say(f"{harmless(key)} is now {harmless(_text(setting['value']))}.{later}")
        return api.note_offline()


@app.command
async def reset(key: str, /, *, common: Common = _NO_OPTIONS) -> None:
    """Forget the stored value, so that file, environment or default count again.

    Parameters
    ----------
    key
        Such as log.level.
    """
    async with connected(common) as api:
        await api.call("DELETE", f"/config/{segment(key)}")
        setting = await api.call("GET", f"/config/{segment(key)}")
        if common.json:
            return show_json(setting)
        value = harmless(_text(setting["value"]))
        say(f"{harmless(key)} is {value} again (from {setting['source']}).")
        return api.note_offline()


def _read(text: str, kind: str) -> Any:
    # A string setting keeps what was typed; the others are read as JSON, so `true` and `8000` are
    # themselves, and what is neither stays text for the setting's own check to refuse.
    if kind == "str":
        return text
    if kind == "list" and not text.startswith("["):
        return [one.strip() for one in text.split(",") if one.strip()]
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return text if isinstance(value, float) and not math.isfinite(value) else value


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if value is None:
        return "not set"
    return value if isinstance(value, str) else json.dumps(value)


def _told(setting: dict[str, Any]) -> str:
    later = f" Takes effect {setting['acts']}." if setting["acts"] != "at once" else ""
    return f"{setting['doc']}{later}"
