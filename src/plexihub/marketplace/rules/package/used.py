"""Which permissions the code of a package uses, as far as can be read."""

from __future__ import annotations

from plexihub.marketplace.rules.bundle import Package
from plexihub_sdk.api import API
from plexihub_sdk.hearing import HEARD
from plexihub_sdk.offers import NEEDS
from plexihub_sdk.permissions import COMMANDS_OFFER, MESSAGES_WRITE, UI_RENDER

PERMISSION_OF = {one.path: one.permission for one in API}


def sure(package: Package) -> dict[str, tuple[str, tuple[str, int, int]]]:
    """Answer each permission that a call of `plugin.api` takes: the method, and where."""
    found: dict[str, tuple[str, tuple[str, int, int]]] = {}
    for path, place in package.use.api.items():
        permission = PERMISSION_OF[path]
        if permission is not None:
            found.setdefault(permission, (path, place))
    return found


def perhaps(package: Package) -> set[str]:
    """Answer each permission that something in the package may use, by the words in it."""
    found = {*sure(package)}
    for path, permission in PERMISSION_OF.items():
        name = path.rpartition(".")[2]
        if permission and {name, _camel(name)} & package.use.words:
            found.add(permission)
    manifest = package.manifest
    hooks = {*(manifest.hooks if manifest else ()), *package.use.handlers}
    found |= {HEARD[name] for name in hooks if name in HEARD}
    found |= {NEEDS[field][1] for field in (manifest.offers if manifest else ())}
    if hooks & {"onDashboardLoad"}:
        found.add(UI_RENDER)
    if hooks & {"onCommand", "onActionExecute"}:
        found |= {COMMANDS_OFFER, MESSAGES_WRITE}  # whose answers may be messages
    return found


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(word.title() for word in rest)
