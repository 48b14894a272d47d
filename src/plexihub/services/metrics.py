"""The hub in numbers, as Prometheus reads them (text format 0.0.4).

Plain text made of what is counted anyway: nothing is counted for this alone, and nothing runs while
nobody asks. Labels are ids and words of the hub's own; names that plugins choose stand in none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plexihub.kernel.isolation import LEVELS, Isolation
from plexihub.kernel.kernel import Kernel
from plexihub.kernel.limits.table import CHANGEABLE
from plexihub.kernel.plugins import PluginRecord

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_MIB = 1024 * 1024
Labels = dict[str, str]
Sample = tuple[Labels, float]


@dataclass(frozen=True, slots=True)
class Family:
    """One metric.

    Args:
        name: Without the prefix `plexihub_`.
        kind: `counter` or `gauge`.
        help: One sentence.
        samples: Labels and value of each.
    """

    name: str
    kind: str
    help: str
    samples: list[Sample]

    def lines(self) -> Iterator[str]:
        """Write it."""
        name = f"plexihub_{self.name}"
        yield f"# HELP {name} {self.help}"
        yield f"# TYPE {name} {self.kind}"
        for labels, value in self.samples:
            shown = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            yield f"{name}{{{shown}}} {value:.12g}" if shown else f"{name} {value:.12g}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def metrics(
    kernel: Kernel, version: str, pages: int, isolation: Isolation | None = None, ready: int = 0
) -> str:
    """Write every metric of this moment.

    Args:
        kernel: Knows the plugins and what was counted of them.
        version: Of the hub.
        pages: How many pages are open.
        isolation: How well this machine holds sandboxed plugins, where that was measured.
        ready: How many confined processes wait for a plugin.
    """
    families = [
        Family("info", "gauge", "The hub.", [({"version": version}, 1)]),
        Family("hub_cpu_seconds_total", "counter", "Of the hub itself.", [({}, _own_cpu())]),
        Family("open_pages", "gauge", "Pages that hear live events.", [({}, pages)]),
        *_isolation(isolation),
        Family("deno_ready", "gauge", "Processes that wait for a plugin.", [({}, ready)]),
        *_plugins(list(kernel.registry)),
        *_limits(kernel),
    ]
    return "".join(f"{line}\n" for family in families for line in family.lines())


def _isolation(found: Isolation | None) -> Iterator[Family]:
    if found is None:
        return
    level: Sample = {"level": found.level}, LEVELS.index(found.level)
    says = "How well this machine holds sandboxed plugins: 0 none to 4 full."
    yield Family("isolation_level", "gauge", says, [level])
    layers: list[Sample] = [({"layer": one.name}, one.holds) for one in found.layers]
    yield Family("isolation_layer_holds", "gauge", "Whether a layer holds.", layers)


def _own_cpu() -> float:
    return time.process_time()


def _plugins(records: list[PluginRecord]) -> Iterator[Family]:
    up: list[Sample] = [
        ({"plugin": one.id, "tier": one.stored.tier, "state": one.state}, one.state == "enabled")
        for one in records
    ]
    yield Family("plugin_up", "gauge", "Whether a plugin runs.", up)
    for name, says in (
        ("calls", "Hooks and events that a plugin was called for."),
        ("failures", "Calls that failed."),
        ("deaths", "How often it ended without being told to."),
        ("restarts", "How often it came back."),
    ):
        yield _each(f"plugin_{name}_total", "counter", says, records, name)
    yield from _processes(records)


def _each(name: str, kind: str, says: str, records: list[PluginRecord], what: str) -> Family:
    samples: list[Sample] = [
        ({"plugin": one.id}, float(getattr(one.health, what))) for one in records
    ]
    return Family(name, kind, says, samples)


def _processes(records: list[PluginRecord]) -> Iterator[Family]:
    found = [(one.id, one.measure()) for one in records if one.stored.tier == "sandboxed"]

    def family(name: str, kind: str, says: str, value: Callable[[int], float | None]) -> Family:
        samples: list[Sample] = []
        for index, (plugin, _) in enumerate(found):
            if (measured := value(index)) is not None:
                samples.append(({"plugin": plugin}, measured))
        return Family(name, kind, says, samples)

    def mib(index: int, name: str) -> float | None:
        value = getattr(found[index][1], name)
        return None if value is None else value * _MIB

    yield family(
        "plugin_cpu_seconds_total",
        "counter",
        "Processor time of the process that runs now.",
        lambda index: found[index][1].cpu_seconds,
    )
    yield family(
        "plugin_slowed_seconds_total",
        "counter",
        "How long that process was stopped for its processor time.",
        lambda index: found[index][1].slowed_seconds,
    )
    yield family(
        "plugin_memory_bytes",
        "gauge",
        "Private memory of its process.",
        lambda index: mib(index, "memory_mb"),
    )
    yield family(
        "plugin_held_memory_bytes",
        "gauge",
        "What of it counts for the limit: above what the runtime holds when it idles.",
        lambda index: mib(index, "held_mb"),
    )


def _limits(kernel: Kernel) -> Iterator[Family]:
    sandboxed = [one.id for one in kernel.registry if one.stored.tier == "sandboxed"]
    yield Family(
        "plugin_network_requests",
        "gauge",
        "Network requests of the last minute.",
        [({"plugin": one}, kernel.gateway.requests_of(one)) for one in sandboxed],
    )
    yield Family(
        "plugin_limit",
        "gauge",
        "What a plugin may use, in the unit that the name ends with.",
        [
            ({"plugin": one, "limit": limit.name}, getattr(kernel.limits.of(one), limit.name))
            for one in sandboxed
            for limit in CHANGEABLE
        ],
    )
    yield Family(
        "plugin_limit_reached_total",
        "counter",
        "How often a plugin came to a limit, and what followed.",
        [
            ({"plugin": plugin, "limit": limit, "did": did}, count)
            for (plugin, limit, did), count in sorted(kernel.limits.breaches.items())
        ],
    )
