"""How well this machine holds sandboxed plugins: from layers that were tried to one level.

A wall is what a person cares about (files, network, other processes); layers are what holds it.
A wall that two independent layers hold stands when the kernel has a flaw in one of them. Nothing is
measured here: the launcher tries, this judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from plexihub.kernel.remedies import remedy
from plexihub_sdk.errors import PluginLoadError

LEVELS = ("none", "weak", "partial", "strong", "full")
SETTING = "plugins.least_isolation"
#: What every refusal begins with.
REFUSED = "Sandboxed plugins do not run here"
MEANINGS = {
    "full": "Every layer holds.",
    "strong": "Every wall stands as thick as it can be; what is missing is no wall.",
    "partial": "Every wall stands, some on one layer alone.",
    "weak": "At least one wall is missing.",
    "none": "Nothing of the operating system keeps plugins from files, network and processes.",
}


@dataclass(frozen=True, slots=True)
class Wall:
    """Something that is kept from plugins.

    Args:
        name: One word.
        held_by: Each entry is one way to hold it: the layers that do so together.
        gone: What a plugin could do without it, one sentence.
        keeps: What it keeps a plugin from, within a sentence.
        most: The best level that there is without it.
    """

    name: str
    held_by: tuple[frozenset[str], ...]
    gone: str
    keeps: str = ""
    most: str = "weak"


def _ways(*ways: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(way.split()) for way in ways)


WALLS = (
    Wall(
        "files",
        _ways("root", "landlock"),
        "A plugin could read files that everybody on this machine may read, and those of the hub's"
        " own user.",
        "the files of this machine",
    ),
    Wall(
        "network",
        _ways("network", "seccomp"),
        "A plugin could reach services of this machine and of its network.",
        "the network",
    ),
    Wall(
        "processes",
        _ways("pid", "seccomp"),
        "A plugin could see other processes, and end those of the hub's user.",
        "other processes",
    ),
    Wall(
        "memory",
        _ways("ipc", "seccomp"),
        "A plugin could use shared memory and queues of other programs.",
        "shared memory of other programs",
    ),
    Wall(
        "rights",
        _ways("user", "capabilities no_new_privileges"),
        "A plugin could use rights of the hub's user, root's among them where the hub is root.",
        "the rights of the hub's user",
    ),
    Wall(
        "calls",
        _ways("seccomp"),
        "A plugin could make every system call: a flaw anywhere in the kernel is a way out.",
    ),
    Wall(
        "heritage",
        _ways("descriptors environment"),
        "A plugin could use what its launcher has open, and read its variables.",
        most="partial",
    ),
    Wall(
        "resources",
        _ways("rlimits"),
        "A plugin could take memory, threads and files beyond its bounds until the hub's watch"
        " ends it.",
        most="partial",
    ),
    Wall(
        "identity",
        _ways("uid"),
        "A plugin that found a way out would have the rights of the hub's user.",
        most="strong",
    ),
    Wall(
        "inspection",
        _ways("not_dumpable"),
        "Another program of the hub's user could read a plugin's memory.",
        most="strong",
    ),
    Wall(
        "end",
        _ways("parent_death"),
        "A plugin's process could outlive a hub that was killed.",
        most="strong",
    ),
    Wall(
        "names",
        _ways("uts cgroup"),
        "A plugin could read this machine's name or its control groups.",
        most="strong",
    ),
)
LAYERS = frozenset(layer for wall in WALLS for way in wall.held_by for layer in way)
#: Where none of these stands, there is no sandbox but the language's own.
_MAIN = frozenset({"files", "network", "processes", "calls"})


class Tried(Protocol):
    """What a trial found of one layer."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def holds(self) -> bool:
        """Whether it held the process that put it on."""

    @property
    def reason(self) -> str:
        """Why it does not hold, or what it leaves open all the same."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer, as it was found.

    Args:
        name: Its name.
        holds: Whether it held.
        reason: Why it does not, or what it leaves open all the same; empty for nothing.
    """

    name: str
    holds: bool
    reason: str = ""

    @property
    def next(self) -> str:
        """What somebody can do who wants it; empty where nothing is missing."""
        return remedy(self.name) if self.reason or not self.holds else ""


@dataclass(frozen=True, slots=True)
class Loss:
    """What a machine does not give.

    Args:
        wall: Name of the wall.
        is_open: Whether nothing holds the wall any more; else it stands on less than it could.
        says: One sentence for a person.
        missing: The layers that it is for want of.
    """

    wall: str
    is_open: bool
    says: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Isolation:
    """How well plugins are held.

    Args:
        level: One of `LEVELS`.
        layers: All of them, in the order in which they are put on.
        losses: What is missing, what is open first; empty at the level `full`.
    """

    level: str
    layers: tuple[Layer, ...]
    losses: tuple[Loss, ...]

    @property
    def missing(self) -> tuple[Layer, ...]:
        """The layers that do not hold."""
        return tuple(each for each in self.layers if not each.holds)

    def is_at_least(self, least: str) -> bool:
        """Whether plugins are held as well as `least` demands."""
        return LEVELS.index(self.level) >= LEVELS.index(least)

    def require(self, least: str) -> None:
        """Let nothing start below a level.

        Raises:
            PluginLoadError: Plugins are held less well; it names the layers, and what to do.
        """
        if not self.is_at_least(least):
            raise PluginLoadError(self.refusal(least), where=SETTING, next=self.advice())

    def refusal(self, least: str) -> str:
        """Say that plugins are held less well than `least`, and for want of which layers."""
        return (
            f"{REFUSED}: the hub asks for the isolation level {least}, and"
            f" this machine holds {self.level}. Missing: {'; '.join(self._wanting())}."
        )

    def advice(self) -> str:
        """Say what to do to hold them better, or to let them run as it is."""
        return " ".join((*self.steps(), self.way_down))

    def steps(self) -> tuple[str, ...]:
        """List what can be done to hold them better, each thing once."""
        return tuple(dict.fromkeys(filter(None, (each.next for each in self.layers))))

    @property
    def way_down(self) -> str:
        """How to let them run as it is."""
        return f"Or ask for less: plexihub config set {SETTING} {self.level}"

    def _wanting(self) -> Iterator[str]:
        """List layers, those together that have one reason."""
        reasons: dict[str, list[str]] = {}
        for each in self.layers:
            if each.reason or not each.holds:
                # What failed for want of another layer has that layer's reason.
                of, _, why = each.reason.partition(": ")
                reason = why if of in LAYERS or of == "namespaces" else each.reason
                reasons.setdefault(reason, []).append(each.name)
        for reason, names in reasons.items():
            yield f"{', '.join(names)} ({reason})" if reason else ", ".join(names)

    def describe(self) -> dict[str, Any]:
        """Answer it as JSON."""
        return {
            "level": self.level,
            "says": MEANINGS[self.level],
            "layers": [
                {"name": one.name, "holds": one.holds, "reason": one.reason, "next": one.next}
                for one in self.layers
            ],
            "losses": [
                {
                    "wall": one.wall,
                    "open": one.is_open,
                    "says": one.says,
                    "missing": list(one.missing),
                }
                for one in self.losses
            ],
        }


def assess(tried: Iterable[Tried]) -> Isolation:
    """Judge what was tried. A layer that nobody tried does not hold."""
    layers = tuple(Layer(each.name, each.holds, each.reason) for each in tried)
    known = {each.name for each in layers}
    untried = (Layer(name, holds=False, reason="it was not tried") for name in LAYERS - known)
    layers = (*layers, *sorted(untried, key=lambda each: each.name))
    holding = frozenset(each.name for each in layers if each.holds)
    found: list[tuple[Wall | None, Loss]] = [
        (wall, loss) for wall in WALLS for loss in _lost(wall, holding)
    ]
    found += [(None, loss) for loss in _left_open(layers)]
    levels = [_most(wall, loss) for wall, loss in found]
    gone = {loss.wall for _, loss in found if loss.is_open}
    level = "none" if gone >= _MAIN else min(levels, key=LEVELS.index, default="full")
    losses = sorted((loss for _, loss in found), key=lambda loss: not loss.is_open)
    return Isolation(level, layers, tuple(losses))


def unmeasured(reason: str) -> Isolation:
    """Judge a machine on which nothing could be tried at all."""
    return assess(Layer(name, holds=False, reason=reason) for name in sorted(LAYERS))


def _most(wall: Wall | None, loss: Loss) -> str:
    if wall is None:
        return "strong"
    return wall.most if loss.is_open else "partial"


def _lost(wall: Wall, holding: frozenset[str]) -> Iterator[Loss]:
    standing = [way for way in wall.held_by if way <= holding]
    if len(standing) == len(wall.held_by):
        return
    wanted = frozenset().union(*wall.held_by) - holding
    missing = tuple(sorted(wanted))
    if not standing:
        yield Loss(wall.name, is_open=True, says=wall.gone, missing=missing)
        return
    holders = sorted(frozenset().union(*standing))
    keep = "keep" if len(holders) > 1 else "keeps"
    says = (
        f"Only {' and '.join(holders)} {keep} a plugin from {wall.keeps}: a flaw there alone would"
        " be a way out."
    )
    yield Loss(wall.name, is_open=False, says=says, missing=missing)


def _left_open(layers: Iterable[Layer]) -> Iterator[Loss]:
    for each in layers:
        if each.holds and each.reason:
            says = f"{each.name} holds, but {each.reason}; only other layers do."
            yield Loss(each.name, is_open=False, says=says, missing=())
