"""The tables of the dashboards, and of what people arranged on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from plexihub_sdk.ids import new_id
from plexihub_sdk.models import Model, column, now

MAX_TITLE = 80
MAX_KEY = 200


class Dashboard(Model, table="dashboards", entity="dashboard"):
    """A page that everybody on the hub can open."""

    id: str = column(primary_key=True, default=new_id)
    title: str = column(max_length=MAX_TITLE)
    owner_id: str = column(max_length=100)
    created_at: datetime = column(default=now, index=True)


class Widget(Model, table="dashboard_widgets", entity="widget"):
    """A card that a person put on a dashboard, or how one that comes by itself is shown there.

    `source` names the latter (`PLUGIN:ID`); it is empty for a person's own, which has a component
    and props. `span` is the width in columns, 0 for the component's own.
    """

    id: str = column(primary_key=True, default=new_id)
    dashboard_id: str = column(references="Dashboard.id", index=True)
    source: str = column(max_length=MAX_KEY, default="")
    component: str = column(max_length=40, default="")
    title: str = column(max_length=MAX_TITLE, default="")
    props: dict[str, Any] = column(default=dict)
    position: int = column(default=0)
    span: int = column(default=0)
    hidden: bool = column(default=False)
    created_at: datetime = column(default=now)
