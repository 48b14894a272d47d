"""The layers around a guest, by name, in the order in which they are put on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["python", "deno"]
Plan = frozenset[str]

LAYERS: Mapping[str, str] = {
    "descriptors": "nothing is open but the pipe to the hub and standard error",
    "environment": "no variable of the hub's",
    "user": "a user namespace: whatever it may do counts in there only",
    "pid": "a process namespace: it sees, and can name, no other process",
    "network": "a network namespace without an interface",
    "ipc": "no shared memory, queue or semaphore of another process",
    "uts": "a host name of its own",
    "cgroup": "no view of the host's control groups",
    "root": "an empty, read-only file system with nothing in it but the runtime and the plugin",
    "uid": "a user number that nobody else has",
    "capabilities": "no capability, and none to be had",
    "no_new_privileges": "no program gives it a privilege",
    "not_dumpable": "no core file, and no other process of the same user reads its memory",
    "parent_death": "it dies with the hub",
    "rlimits": "bounds on memory, descriptors, files, threads and core files",
    "landlock": "a second list of the files it may use; no connection, no signal to the outside",
    "seccomp": "a list of the system calls it may make",
}
FULL: Plan = frozenset(LAYERS)
#: A user of one's own can read nothing of the hub's but what was mounted for it.
_NEEDS = {"uid": frozenset({"user", "root"})}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bind:
    """Something of the host that a guest sees, read-only and under the same path.

    Args:
        path: Absolute.
        runs: Whether it is code to be mapped: the runtime's program and its libraries.
        device: Whether it is a device node.
    """

    path: str
    runs: bool = False
    device: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One guest to start.

    Args:
        kind: The runtime.
        plan: The layers to put on.
        argv: Command line; the program's path first. Empty for Python.
        env: Its whole environment.
        binds: What it sees of the host's files.
        links: Symbolic links in its root: path and what it points to.
        scratch: Path of a private file system in memory; empty for none.
        scratch_mb: How large that may grow, in MiB.
        seeds: Folder in it into which the files go that a program is handed.
        limits: `RLIMIT_` names without the prefix, to value.
    """

    kind: Kind
    plan: Plan = FULL
    argv: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    binds: tuple[Bind, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    scratch: str = ""
    scratch_mb: int = 16
    seeds: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)

    def encode(self) -> dict[str, Any]:
        """Answer this as plain values for the launcher."""
        binds = [[each.path, each.runs, each.device] for each in self.binds]
        return {
            "kind": self.kind,
            "plan": sorted(self.plan),
            "argv": list(self.argv),
            "env": dict(self.env),
            "binds": binds,
            "links": [list(each) for each in self.links],
            "scratch": self.scratch,
            "scratch_mb": self.scratch_mb,
            "seeds": self.seeds,
            "limits": dict(self.limits),
        }

    @classmethod
    def decode(cls, values: Mapping[str, Any]) -> Order:
        """Read what `encode` answered.

        Raises:
            ValueError: A layer is not known.
            KeyError: Something is missing.
        """
        return cls(
            kind=values["kind"],
            plan=make_plan(values["plan"]),
            argv=tuple(values["argv"]),
            env=values["env"],
            binds=tuple(
                Bind(path=path, runs=runs, device=device) for path, runs, device in values["binds"]
            ),
            links=tuple((path, to) for path, to in values["links"]),
            scratch=values["scratch"],
            scratch_mb=values["scratch_mb"],
            seeds=values["seeds"],
            limits=values["limits"],
        )


def make_plan(names: Iterable[str]) -> Plan:
    """Make a plan of these layers.

    Raises:
        ValueError: There is no such layer.
    """
    plan = frozenset(names)
    if unknown := plan - FULL:
        raise ValueError(f"there is no layer {', '.join(sorted(unknown))}")
    return plan


def without_needy(plan: Plan) -> Plan:
    """Leave out the layers that need another which is not in the plan."""
    return frozenset(name for name in plan if _NEEDS.get(name, plan) <= plan)
