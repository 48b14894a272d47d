"""Which widgets stand on a dashboard, in which order: what comes by itself, as people arranged it.

Pure: it takes what plugins bring and the stored rows, and answers what is shown and what is hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plexihub_sdk.models import Record

Json = dict[str, Any]


def arranged(brought: Sequence[Json], rows: Sequence[Record]) -> tuple[list[Json], list[Json]]:
    """Put the widgets of a dashboard in order.

    Args:
        brought: What comes by itself, in its own order.
        rows: What is stored of this dashboard's widgets.

    Returns:
        What is shown, and what was hidden. What nobody arranged yet stands last.
    """
    placed: list[tuple[tuple[int, str], Json]] = []
    fresh: list[Json] = []
    stored = {row.source: row for row in rows if row.source}
    for key, widget in _keyed(brought):
        row = stored.get(key)
        if row is None:
            fresh.append({**widget, "key": key, "own": False, "span": 0})
            continue
        title = row.title or widget["title"]
        shown = {**widget, "key": key, "own": False, "span": row.span, "title": title}
        placed.append(((row.position, row.id), {**shown, "hidden": row.hidden}))
    placed += [((row.position, row.id), own_widget(row)) for row in rows if not row.source]
    placed.sort(key=lambda item: item[0])
    everything = [*(widget for _place, widget in placed), *fresh]
    hidden = [one for one in everything if one.pop("hidden", False)]
    gone = {one["key"] for one in hidden}
    return [one for one in everything if one["key"] not in gone], hidden


def own_widget(row: Record) -> Json:
    """Describe a widget that a person made."""
    return {
        "id": row.id,
        "key": row.id,
        "plugin": "",
        "own": True,
        "component": row.component,
        "props": row.props,
        "title": row.title,
        "span": row.span,
        "hidden": row.hidden,
    }


def _keyed(brought: Sequence[Json]) -> list[tuple[str, Json]]:
    """Name each widget by its plugin and id; a second one of the same name gets a number."""
    counts: dict[str, int] = {}
    keyed = []
    for widget in brought:
        key = f"{widget.get('plugin', '')}:{widget['id']}"
        counts[key] = counts.get(key, 0) + 1
        keyed.append((key if counts[key] == 1 else f"{key}#{counts[key]}", widget))
    return keyed
