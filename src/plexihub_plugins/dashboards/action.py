"""What people do with dashboards and their widgets: each step is asked before and told after."""

from __future__ import annotations

from typing import Any

from plexihub_sdk.errors import InputError, LimitExceededError, NotFoundError, PermissionDenied
from plexihub_sdk.models import ModelHandle, Record
from plexihub_sdk.plugin import PluginContext
from plexihub_sdk.routes import Person

from . import check
from .model import Dashboard, Widget

Json = dict[str, Any]


class Actions:
    """Makes, changes and deletes dashboards, and arranges what stands on them.

    Everybody sees a dashboard; its owner and administrators change it.

    Args:
        context: The plugin's own.
    """

    def __init__(self, context: PluginContext) -> None:
        self._database = context.get_service("database")
        handles: list[ModelHandle] = self._database.register_models([Dashboard, Widget])
        self.dashboards, self.widgets = handles
        self._hooks = context.get_service("hooks")
        self._events = context.get_service("events")

    async def dashboard(self, identity: str) -> Record:
        """Find a dashboard.

        Raises:
            NotFoundError: There is none with this id.
        """
        found: Record | None = await self.dashboards.find_one({"id": identity})
        if found is None:
            raise NotFoundError("There is no such dashboard.", where="dashboard")
        return found

    async def rows(self, dashboard: str) -> list[Record]:
        """Read what is stored of a dashboard's widgets."""
        found: list[Record] = await self.widgets.find({"dashboard_id": dashboard})
        return found

    async def create(self, person: Person, *, title: object) -> Json:
        """Make a dashboard that everybody sees.

        Raises:
            InputError: The title is empty, too long or not printable.
            Veto: A plugin refused.
        """
        draft: Json = {"title": check.title(title), "owner_id": person.id}
        draft = await self._hooks.call("dashboard.creating", draft)
        if draft["owner_id"] != person.id:
            raise InputError("A plugin may not give a dashboard away.", where="owner_id")
        async with self._database.unit_of_work():
            record = await self.dashboards.create(
                title=check.title(draft["title"]), owner_id=person.id
            )
            self._events.emit("dashboard.created", {"dashboard": summary(record)})
        return summary(record)

    async def rename(self, person: Person, identity: str, *, title: object) -> Json:
        """Give a dashboard another title.

        Raises:
            PermissionDenied: It is another person's.
            InputError: The title cannot be.
            Veto: A plugin refused.
        """
        record = await self._mine(person, identity)
        changes = await self._asked("dashboard", record, {"title": check.title(title)})
        async with self._database.unit_of_work():
            record.title = check.title(changes.get("title"))
            await record.save()
            self._events.emit("dashboard.updated", {"dashboard": summary(record)})
        return summary(record)

    async def delete(self, person: Person, identity: str) -> None:
        """Delete a dashboard with what people put on it.

        Raises:
            PermissionDenied: It is another person's.
            Veto: A plugin refused.
        """
        record = await self._mine(person, identity)
        await self._hooks.call("dashboard.deleting", {"id": record.id})
        async with self._database.unit_of_work():
            for row in await self.rows(record.id):
                await self._drop(row)
            await record.delete()
            self._events.emit("dashboard.deleted", {"id": record.id})

    async def add(
        self, person: Person, identity: str, *, component: object, title: object, props: object
    ) -> Json:
        """Put a widget of a person's own on a dashboard, behind those that were arranged.

        Raises:
            PermissionDenied: The dashboard is another person's.
            InputError: Component, title or props cannot be.
            LimitExceededError: The dashboard is full.
            Veto: A plugin refused.
        """
        record = await self._mine(person, identity)
        values = {
            "component": check.component(component),
            "title": check.title(title),
            "props": check.props(props),
        }
        rows = await self.rows(record.id)
        position = max((row.position for row in rows), default=-1) + 1
        return described(await self._place(record.id, rows, {**values, "position": position}))

    async def change(self, person: Person, identity: str, key: str, given: object) -> Json:
        """Rename, fill, resize, hide or show a widget.

        Args:
            person: Who does it.
            identity: Of the dashboard.
            key: Of the widget, as the dashboard's page names it.
            given: Fields to be changed.

        Raises:
            PermissionDenied: The dashboard is another person's.
            NotFoundError: There is no such widget.
            InputError: A value cannot be.
            Veto: A plugin refused.
        """
        record = await self._mine(person, identity)
        changes, rows = check.changes(given), await self.rows(record.id)
        row = _row_of(rows, key)
        if row is not None:
            return described(await self._update(row, changes))
        if "props" in changes:
            raise InputError("What a plugin's widget shows is the plugin's.", where="props")
        values = {"source": _source(key), "position": len(rows), **changes}
        return described(await self._place(record.id, rows, values))

    async def remove(self, person: Person, identity: str, key: str) -> None:
        """Take a widget off: a person's own is deleted, one that comes by itself is hidden.

        Raises:
            PermissionDenied: The dashboard is another person's.
            NotFoundError: There is no such widget.
            Veto: A plugin refused.
        """
        record = await self._mine(person, identity)
        row = _row_of(await self.rows(record.id), key)
        if row is None or row.source:
            await self.change(person, identity, key, {"hidden": True})
            return
        await self._delete([row])

    async def arrange(self, person: Person, identity: str, order: object) -> None:
        """Put the widgets in another order.

        Raises:
            PermissionDenied: The dashboard is another person's.
            InputError: The order cannot be.
            NotFoundError: It names a widget that is not there.
            Veto: A plugin refused.
        """
        record = await self._mine(person, identity)
        rows = await self.rows(record.id)
        for position, key in enumerate(check.order(order)):
            row = _row_of(rows, key)
            if row is None:
                values = {"source": _source(key), "position": position}
                rows.append(await self._place(record.id, rows, values))
            elif row.position != position:
                await self._update(row, {"position": position})

    async def reset(self, person: Person, identity: str) -> None:
        """Show everything that comes by itself again, as it comes; people's own widgets stay.

        Raises:
            PermissionDenied: The dashboard is another person's.
            Veto: A plugin refused.
        """
        record = await self._mine(person, identity)
        await self._delete([row for row in await self.rows(record.id) if row.source])

    async def _mine(self, person: Person, identity: str) -> Record:
        record = await self.dashboard(identity)
        if not may_change(person, record):
            raise PermissionDenied(
                "dashboard",
                "Only its owner and administrators may change a dashboard.",
                where="dashboard",
                next="Ask one of them, or make a dashboard of your own.",
            )
        return record

    async def _asked(self, entity: str, record: Record, changes: Json) -> Json:
        payload = {"id": record.id, "changes": changes}
        left: Json = (await self._hooks.call(f"{entity}.updating", payload))["changes"]
        return left

    async def _place(self, dashboard: str, rows: list[Record], values: Json) -> Record:
        if len(rows) >= check.MAX_WIDGETS:
            raise LimitExceededError(
                f"A dashboard has {check.MAX_WIDGETS} widgets at most.", where="dashboard"
            )
        draft: Json = {"dashboard_id": dashboard, "component": "", "title": "", "props": {}}
        draft = await self._hooks.call("widget.creating", {**draft, "source": "", **values})
        if draft["dashboard_id"] != dashboard or draft["source"] != values.get("source", ""):
            raise InputError("A plugin may not put a widget elsewhere.", where="dashboard_id")
        is_own = not draft["source"]
        stored = {
            **values,
            "dashboard_id": dashboard,
            "component": check.component(draft["component"]) if is_own else "",
            "title": check.title(draft["title"], least=int(is_own)),
            "props": check.props(draft["props"]),
        }
        async with self._database.unit_of_work():
            row: Record = await self.widgets.create(stored)
            self._events.emit("widget.created", {"widget": described(row)})
        return row

    async def _update(self, row: Record, changes: Json) -> Record:
        changes = check.changes(await self._asked("widget", row, changes))
        async with self._database.unit_of_work():
            for name, value in changes.items():
                setattr(row, name, value)
            await row.save()
            self._events.emit("widget.updated", {"widget": described(row)})
        return row

    async def _delete(self, rows: list[Record]) -> None:
        for row in rows:
            await self._hooks.call("widget.deleting", {"id": row.id})
        async with self._database.unit_of_work():
            for row in rows:
                await self._drop(row)

    async def _drop(self, row: Record) -> None:
        await row.delete()
        self._events.emit("widget.deleted", {"id": row.id})


def may_change(person: Person, dashboard: Record) -> bool:
    """Whether a person may change a dashboard."""
    return person.is_admin or bool(dashboard.owner_id == person.id)


def summary(record: Record) -> Json:
    """Describe a dashboard in a list."""
    return {"id": record.id, "title": record.title, "owner_id": record.owner_id}


def described(row: Record) -> Json:
    """Describe what is stored of a widget."""
    fields = ("id", "dashboard_id", "source", "component", "title", "props", "span", "hidden")
    return {**{name: getattr(row, name) for name in fields}, "key": row.source or row.id}


def _row_of(rows: list[Record], key: str) -> Record | None:
    return next((row for row in rows if (row.source or row.id) == key), None)


def _source(key: str) -> str:
    # A person's own widget has a plain id: one that is not stored is not there.
    if ":" not in key:
        raise NotFoundError("There is no such widget on this dashboard.", where="widget")
    check.order([key])
    return key
