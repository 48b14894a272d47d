"""Write the table of settings into `docs/configuration.md`: `make generate`."""

from __future__ import annotations

import json
from pathlib import Path

from plexihub.audit_pen import AUDIT_SETTINGS
from plexihub.kernel.config import Setting
from plexihub.kernel.config.source import variable
from plexihub.kernel.kernel import SETTINGS as KERNEL_SETTINGS
from plexihub.settings import SETTINGS, database_setting

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
BEGIN = "<!-- The table is made by `make generate`. -->\n"
END = "<!-- End of the table. -->\n"
_WORDS = {"str": "text", "int": "whole number", "float": "number", "bool": "switch", "list": "list"}


def every_setting() -> list[Setting]:
    """List the hub's own settings by key."""
    database = database_setting("sqlite+aiosqlite:///DATA/hub.db")
    return sorted((*KERNEL_SETTINGS, *SETTINGS, *AUDIT_SETTINGS, database), key=lambda one: one.key)


def page_now() -> str:
    """Make the page anew from its text and the settings."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{_table()}\n{END}{after}"


def _table() -> str:
    rows = ["| key | what it does | type | default | acts |", "|---|---|---|---|---|"]
    rows += [_row(one) for one in every_setting()]
    return "\n".join(rows) + "\n"


def _row(one: Setting) -> str:
    cells = (
        f"`{one.key}`<br>`{variable(one.key)}`",
        one.doc.replace("|", "\\|"),
        _kind(one),
        f"`{json.dumps(one.default)}`",
        "at the start; set on the machine alone" if one.local else one.acts,
    )
    return f"| {' | '.join(cells)} |"


def _kind(one: Setting) -> str:
    if one.choices:
        return ", ".join(f"`{choice}`" for choice in one.choices)
    bounds = [one.minimum, one.maximum]
    words = [f"{edge:,}" for edge in bounds if edge is not None]
    reach = " to ".join(words) if len(words) > 1 else f"at least {words[0]}" if words else ""
    secret = " (secret)" if one.secret else ""
    return f"{_WORDS[one.type.__name__]}{secret}{f', {reach}' if reach else ''}"


if __name__ == "__main__":
    PAGE.write_text(page_now(), encoding="utf-8")
