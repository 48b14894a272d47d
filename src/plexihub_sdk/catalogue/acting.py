"""What the hub itself does when a trusted plugin tells one of its events.

An event that is not named here is only told: whoever listens acts.
"""

from __future__ import annotations

from collections.abc import Mapping

_PEOPLE = "Open pages that show people fetch them anew."
_PAGES = "Open pages show it."

ACTIONS: Mapping[str, str] = {
    "config.changed": "The setting `key` is changed to `new`.",
    "database.backup.started": "A backup is made.",
    "plugin.disabled": "The plugin `id` is disabled.",
    "plugin.enabled": "The plugin `id` is enabled.",
    "session.deleted": "The session `id` ends, and its pages are signed out.",
    "user.logout": "The session `sessionId` ends; without it, every session of `userId`.",
    "user.created": _PEOPLE,
    "user.updated": _PEOPLE,
    "user.deleted": _PEOPLE,
    "channel.created": _PAGES,
    "message.created": _PAGES,
}
