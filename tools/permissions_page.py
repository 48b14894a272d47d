"""Write the list of permissions into `docs/permissions.md`: `make generate`."""

from __future__ import annotations

from pathlib import Path

from plexihub.kernel.permissions.asking import by_risk, unlocked
from plexihub_sdk.permissions import PERMISSIONS
from plexihub_sdk.scopes import FIELDS

PAGE = Path(__file__).parents[1] / "docs" / "permissions.md"
BEGIN = "<!-- The list is made by `make generate`. -->\n"
END = "<!-- End of the list. -->\n"


def text() -> str:
    """Make the page anew from its text and the permissions."""
    said = PAGE.read_text(encoding="utf-8")
    before, _, rest = said.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{_table()}\n{END}{after}"


def _table() -> str:
    titles = ("permission", "risk", "scope", "what it means", "what it unlocks")
    rows = [f"| {' | '.join(titles)} |", "|---|---|---|---|---|"]
    rows += [_row(name) for name in sorted(PERMISSIONS, key=by_risk)]
    return "\n".join(rows) + "\n"


def _row(name: str) -> str:
    info = PERMISSIONS[name]
    risk = f"{info.risk}, takes approval" if info.admin else info.risk
    unlocks = " ".join(unlocked(name)).replace("|", "\\|")
    scope = ", ".join(f"`{field}`" for field in FIELDS.get(name, ()))
    return f"| `{name}` | {risk} | {scope} | {info.says} | {unlocks} |"
