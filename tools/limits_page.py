"""Write the table of limits into `docs/limits.md`: `make generate`."""

from __future__ import annotations

from pathlib import Path

from plexihub.kernel.limits.table import LIMITS, Limit

PAGE = Path(__file__).parents[1] / "docs" / "limits.md"
BEGIN = "<!-- The table is made by `make generate`. -->\n"
END = "<!-- End of the table. -->\n"


def text() -> str:
    """Make the page anew from its text and the limits."""
    said = PAGE.read_text(encoding="utf-8")
    before, _, rest = said.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{_table()}\n{END}{after}"


def _table() -> str:
    rows = ["| limit | default | may be | how it is held | acts |", "|---|---|---|---|---|"]
    rows += [_row(limit) for limit in LIMITS.values()]
    return "\n".join(rows) + "\n"


def _row(limit: Limit) -> str:
    reach = "" if limit.is_fixed else f"{limit.minimum:,g} to {limit.maximum:,.10g}"
    acts = "the same for all" if limit.is_fixed else limit.acts
    default = f"{limit.default:,.10g} {limit.unit}"
    return f"| `{limit.name}` | {default} | {reach} | {limit.title}. {limit.held} | {acts} |"
