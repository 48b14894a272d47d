"""What sandboxed plugins use, over the last minutes, told to those who look.

Every running one is measured each five seconds, which costs a microsecond where it did nothing; one
that somebody looks at, each two seconds. Looking is a lease: who does not renew it looks no more.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from plexihub.kernel.background import Background
from plexihub.kernel.plugins import PluginRecord, PluginRegistry
from plexihub_sdk.ids import PluginId

EVERY_SECONDS = 5.0
WATCHED_SECONDS = 2.0
KEPT_SECONDS = 300.0
LEASE_SECONDS = 30.0
TOPIC = "plugin.usage"


@dataclass(frozen=True, slots=True)
class Point:
    """One measurement.

    Args:
        at: When.
        cpu_percent: Of one core, since the measurement before.
        memory_mb: Above what the runtime holds when it idles, in MiB.
        requests: Network requests of the last minute.
    """

    at: datetime
    cpu_percent: float
    memory_mb: float
    requests: int

    def describe(self) -> dict[str, Any]:
        """Answer it as JSON."""
        return {
            "at": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "cpu_percent": round(self.cpu_percent, 2),
            "memory_mb": round(self.memory_mb, 2),
            "requests": self.requests,
        }


@dataclass(slots=True)
class _Course:
    points: deque[Point] = field(
        default_factory=lambda: deque(maxlen=int(KEPT_SECONDS / WATCHED_SECONDS))
    )
    pid: int | None = None
    cpu_seconds: float = 0.0
    measured_at: float = 0.0
    #: Who looks, and until when.
    leases: dict[str, float] = field(default_factory=dict)


class UsageService:
    """Measures sandboxed plugins.

    Args:
        registry: The plugins.
        requests_of: Tells a plugin's network requests of the last minute.
        publish: Tells the open pages of some people: topic, data, ids of the people.
    """

    def __init__(
        self,
        registry: PluginRegistry,
        requests_of: Callable[[PluginId], int],
        publish: Callable[[str, Any, list[str]], None],
    ) -> None:
        self._registry = registry
        self._requests_of = requests_of
        self._publish = publish
        self._courses: dict[PluginId, _Course] = {}
        self._background = Background(limit=2)

    def start(self) -> None:
        """Begin to measure."""
        self._background.spawn(self._measure_all(), name="usage of plugins")
        self._background.spawn(self._measure_watched(), name="usage of plugins somebody looks at")

    async def close(self) -> None:
        """Measure no more."""
        await self._background.close()

    def course(self, plugin: PluginId) -> list[dict[str, Any]]:
        """Answer the measurements of the last minutes, the oldest first."""
        found = self._courses.get(plugin)
        oldest = datetime.now(UTC).timestamp() - KEPT_SECONDS
        points = () if found is None else tuple(found.points)
        return [one.describe() for one in points if one.at.timestamp() >= oldest]

    def look(self, plugin: PluginId, person: str) -> None:
        """Tell this person's pages each measurement of a plugin, for half a minute."""
        record = self._registry.get(plugin)
        course = self._courses.setdefault(record.id, _Course())
        course.leases[person] = time.monotonic() + LEASE_SECONDS
        self._measure(record)

    async def _measure_all(self) -> None:
        while True:
            known = {record.id: record for record in self._running()}
            for gone in self._courses.keys() - {one.id for one in self._registry}:
                del self._courses[gone]
            for record in known.values():
                self._measure(record)
            await asyncio.sleep(EVERY_SECONDS)

    async def _measure_watched(self) -> None:
        while True:
            await asyncio.sleep(WATCHED_SECONDS)
            now = time.monotonic()
            for plugin, course in list(self._courses.items()):
                course.leases = {who: end for who, end in course.leases.items() if end > now}
                record = self._registry.find(plugin)
                if record is not None and course.leases:
                    self._tell(record, course)

    def _tell(self, record: PluginRecord, course: _Course) -> None:
        point = self._measure(record)
        if point is not None:
            self._publish(TOPIC, {"id": record.id, "point": point.describe()}, [*course.leases])

    def _running(self) -> Iterator[PluginRecord]:
        return (
            one
            for one in self._registry
            if one.stored.tier == "sandboxed" and one.instance is not None
        )

    def _measure(self, record: PluginRecord) -> Point | None:
        """Measure a plugin; None where it does not run, or was not measured before."""
        stats, now = record.measure(), time.monotonic()
        if stats.pid is None or stats.cpu_seconds is None:
            return None
        course = self._courses.setdefault(record.id, _Course())
        before = course.cpu_seconds if course.pid == stats.pid else None
        elapsed = now - course.measured_at
        course.pid, course.cpu_seconds, course.measured_at = stats.pid, stats.cpu_seconds, now
        if before is None or elapsed <= 0:
            return None
        point = Point(
            datetime.now(UTC),
            max(0.0, stats.cpu_seconds - before) / elapsed * 100,
            stats.held_mb or 0.0,
            self._requests_of(record.id),
        )
        course.points.append(point)
        return point
