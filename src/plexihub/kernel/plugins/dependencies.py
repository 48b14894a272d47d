"""What plugins need of each other: ranges of versions, cycles, and the order of starts.

Versions are semantic and ranges those of `packaging`. A pre-release is taken where its number fits:
whoever installed it wants it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from plexihub.kernel.plugins.record import PluginRecord
from plexihub.kernel.plugins.registry import PluginRegistry
from plexihub_sdk.errors import DependencyError, ManifestError
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest

_NUMBER = re.compile(r"\d+\.\d+\.\d+")
_SERVING = frozenset({"enabled", "restarting"})


@dataclass(frozen=True, slots=True)
class Need:
    """One dependency of one plugin, and how it stands.

    Args:
        plugin: What is needed.
        versions: The range; empty for any.
        optional: Whether it only starts before, where it is there.
        found: The version that is installed; empty where none is.
        state: Of the plugin that is needed; `missing` where it is not installed.
        problem: Why it is not met, one sentence; empty where it is.
        next: What to do about it.
        is_off: Whether all that is wrong is that it is not enabled.
    """

    plugin: str
    versions: str
    optional: bool
    found: str
    state: str
    problem: str = ""
    next: str = ""
    is_off: bool = False

    def describe(self) -> dict[str, Any]:
        """Answer what administrators see."""
        return {
            "id": self.plugin,
            "versions": self.versions,
            "optional": self.optional,
            "found": self.found,
            "state": self.state,
            "problem": self.problem,
            "is_off": self.is_off,
        }


def version_of(text: str) -> Version:
    """Read a semantic version; a kind of pre-release that is unknown sorts before its release."""
    text = text.partition("+")[0]
    try:
        return Version(text)
    except InvalidVersion:
        number = _NUMBER.match(text)
        return Version(f"{number[0]}.dev0" if number else "0.dev0")


def check_ranges(manifest: Manifest) -> None:
    """See that every range of a manifest is one.

    Raises:
        ManifestError: One is not; `where` names it.
    """
    fields = {
        "dependencies": manifest.dependencies,
        "optionalDependencies": manifest.optional_dependencies,
    }
    for field, wanted in fields.items():
        for plugin, versions in wanted.items():
            try:
                SpecifierSet(versions)
            except InvalidSpecifier:
                raise ManifestError(
                    f"{versions!r} is no range of versions.",
                    where=f"{field}.{plugin}",
                    next="Write '>=1.2,<2', '~=1.4', '==1.0.0', or '' for any.",
                ) from None


def is_met(versions: str, version: str) -> bool:
    """Tell whether a version is in a range."""
    return SpecifierSet(versions).contains(version_of(version), prereleases=True)


def check_cycles(registry: PluginRegistry, manifest: Manifest) -> None:
    """See that a plugin does not, by way of others, need itself.

    Raises:
        DependencyError: It does; the message writes the cycle out.
    """
    path = _way_back(registry, manifest, manifest.id, (manifest.id,), set())
    if path:
        raise DependencyError(
            f"These plugins need each other: {' → '.join(path)}.",
            where="dependencies",
            next="Let one of them do without, or make the dependency optional.",
        )


def _way_back(
    registry: PluginRegistry,
    manifest: Manifest,
    start: str,
    path: tuple[str, ...],
    seen: set[str],
) -> tuple[str, ...]:
    for needed in manifest.dependencies:
        if needed == start:
            return (*path, start)
        record = registry.find(needed)
        if record is None or needed in seen:
            continue
        seen.add(needed)
        if way := _way_back(registry, record.stored.manifest, start, (*path, needed), seen):
            return way
    return ()


def needs_of(registry: PluginRegistry, manifest: Manifest) -> list[Need]:
    """Tell what a plugin needs and how each stands, the optional ones last."""
    return [
        _need(registry, manifest.id, name, versions, is_optional=is_optional)
        for wanted, is_optional in (
            (manifest.dependencies, False),
            (manifest.optional_dependencies, True),
        )
        for name, versions in wanted.items()
    ]


def _need(
    registry: PluginRegistry, plugin: str, needed: str, versions: str, *, is_optional: bool
) -> Need:
    record = registry.find(needed)
    wanted = f"{needed} {versions}".rstrip()
    if record is None:
        problem = f"{plugin} needs {wanted}, which is not installed."
        what_next = f"Install it first: plexihub plugin install PATH-OF-{needed.upper()}"
        return Need(needed, versions, is_optional, "", "missing", problem, what_next)
    found, problem, what_next, is_off = record.stored.manifest.version, "", "", False
    if not is_met(versions, found):
        problem = f"{plugin} needs {wanted}, and {found} is installed."
        what_next = f"Install a version of {needed} in this range, or another of {plugin}."
    elif not is_serving(record):
        is_off = True
        problem = f"{plugin} needs {wanted}, which is {record.state}."
        what_next = (
            f"Enable it first: plexihub plugin enable {needed}, or both at once: "
            f"plexihub plugin enable {plugin} --with-dependencies"
        )
    return Need(needed, versions, is_optional, found, record.state, problem, what_next, is_off)


def is_serving(record: PluginRecord) -> bool:
    """Whether others may rely on a plugin now."""
    return record.state in _SERVING and not record.is_leaving


def check_needs(registry: PluginRegistry, manifest: Manifest) -> None:
    """See that everything a plugin needs is there and runs.

    Raises:
        DependencyError: Something is not; the message says what is wanted and what was found.
    """
    for need in needs_of(registry, manifest):
        if need.problem and not need.optional:
            raise DependencyError(need.problem, where=need.plugin, next=need.next)


def dependents_of(registry: PluginRegistry, plugin: PluginId) -> list[PluginRecord]:
    """List the plugins that name this one as a dependency, directly."""
    return [one for one in registry if plugin in one.stored.manifest.dependencies]


def running_dependents(registry: PluginRegistry, plugin: PluginId) -> list[PluginRecord]:
    """List the running plugins that need this one, by way of others too, in order of stopping."""
    found: list[PluginRecord] = []
    seen = {plugin}

    def visit(needed: PluginId) -> None:
        for one in dependents_of(registry, needed):
            if one.id not in seen and one.state in _SERVING | {"enabling"}:
                seen.add(one.id)
                visit(one.id)
                found.append(one)

    visit(plugin)
    return found


def check_successor(registry: PluginRegistry, manifest: Manifest) -> None:
    """See that another version of a plugin suits those that run and need it.

    Raises:
        DependencyError: It does not; the message names them.
    """
    for one in dependents_of(registry, manifest.id):
        versions = one.stored.manifest.dependencies[manifest.id]
        if one.state in _SERVING and not is_met(versions, manifest.version):
            raise DependencyError(
                f"{one.id} needs {manifest.id} {versions}, and this is {manifest.version}.",
                where="version",
                next=f"Upgrade {one.id} first, or disable it: plexihub plugin disable {one.id}",
            )


def needed_first(registry: PluginRegistry, record: PluginRecord) -> list[PluginRecord]:
    """List what has to be enabled before a plugin can be, in that order; it is not in the list."""
    found: list[PluginRecord] = []
    seen = {record.id}

    def visit(one: PluginRecord) -> None:
        for name in one.stored.manifest.dependencies:
            needed = registry.find(name)
            if needed is None or needed.id in seen:
                continue
            seen.add(needed.id)
            visit(needed)
            if not is_serving(needed):
                found.append(needed)

    visit(record)
    return found


def start_order(records: Iterable[PluginRecord]) -> Mapping[PluginId, frozenset[PluginId]]:
    """Tell which of these plugins each has to wait for.

    Optional dependencies give way where they, or what is stored, would make plugins wait for each
    other for ever.
    """
    manifests = {one.id: one.stored.manifest for one in records}
    waits: dict[PluginId, set[PluginId]] = {name: set() for name in manifests}
    for after, before in _edges(manifests):
        if not _reaches(waits, before, after):
            waits[after].add(before)
    return {name: frozenset(those) for name, those in waits.items()}


def _edges(manifests: Mapping[PluginId, Manifest]) -> Iterator[tuple[PluginId, PluginId]]:
    for kind in ("dependencies", "optional_dependencies"):
        for name, manifest in manifests.items():
            for needed in getattr(manifest, kind):
                if needed in manifests:
                    yield name, PluginId(needed)


def _reaches(waits: Mapping[PluginId, set[PluginId]], start: PluginId, goal: PluginId) -> bool:
    queue, seen = [start], {start}
    while queue:
        name = queue.pop()
        if name == goal:
            return True
        fresh = waits[name] - seen
        seen |= fresh
        queue.extend(fresh)
    return False
