"""The shell's own pages, as plugins may rename, move and hide them in the navigation.

The same list stands in `web/src/shell/place.ts`, which knows what each page is made of; a test
compares the two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Page(NamedTuple):
    """A page of the shell, and the permission it takes to see it; empty for everybody."""

    path: str
    title: str
    icon: str
    order: int
    needs: str = ""


PAGES = (
    Page("/people", "People", "people", 800),
    Page("/admin/roles", "Roles", "verify", 890, "admin:users"),
    Page("/admin/plugins", "Plugins", "plugin", 900, "admin"),
    Page("/admin/jobs", "Jobs", "clock", 903, "admin"),
    Page("/admin/backups", "Backups", "backup", 906, "admin"),
    Page("/admin/audit", "Audit", "audit", 910, "audit:read"),
    Page("/admin/settings", "Settings", "settings", 920, "system:config"),
)


def pages_for(may: Callable[[str], bool]) -> list[dict[str, Any]]:
    """List the pages that a person's navigation shows.

    Args:
        may: Tells whether the person has a permission.
    """
    return [
        {"path": page.path, "title": page.title, "icon": page.icon, "order": page.order}
        for page in PAGES
        if not page.needs or may(page.needs)
    ]
