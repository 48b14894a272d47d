"""The table of the dashboards."""

from __future__ import annotations

from datetime import datetime

from plexihub_sdk.ids import new_id
from plexihub_sdk.models import Model, column, now

MAX_TITLE = 80


class Dashboard(Model, table="dashboards"):
    """A page that everybody on the hub can open."""

    id: str = column(primary_key=True, default=new_id)
    title: str = column(max_length=MAX_TITLE)
    owner_id: str = column(max_length=100)
    created_at: datetime = column(default=now, index=True)
