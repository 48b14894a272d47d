"""A trusted plugin reaches every service, the very objects of the hub, and its calls really act."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.attacks.conftest import PASSWORD, Target, target
from tests.zoo.sandbox import write

__all__ = ("target",)
pytestmark = pytest.mark.anyio

GREEDY = """
class Greedy{n}Plugin:
    def __init__(self, context):
        self.held = {{name: context.get_service(name) for name in {names!r}}}
"""
TYPO = """
class TypoPlugin:
    def __init__(self, context):
        context.get_service("databse")
"""
EVERY = """
class EveryPlugin:
    def __init__(self, context):
        self.context = context
        self.events = context.get_service("events")
        self.config = context.get_service("config")
        self.User = context.get_service("database").get_model("User")
        self.ui = context.get_service("ui")
        self.plugins = context.get_service("plugins")
        self.heard = []
        self.events.on("every.told", self.heard.append)
        self.events.on("user.login", self.seen)
        api = context.get_service("api")
        for name in ("tell", "configure", "rename", "delete", "disable"):
            api.register_route("POST", f"/api/v1/every/{name}", getattr(self, name), auth="admin")

    def seen(self, login):
        self.heard.append(login["user"]["username"])


    def tell(self, request):
        self.events.emit("every.told", request.json["what"])

    def configure(self, request):
        before = self.config.get(request.json["key"])
        self.config.set(request.json["key"], request.json["value"])
        return before

    def rename(self, request):
        user = self.User.find_one({"username": request.json["who"]})
        user.display_name = "Renamed"
        user.save()
        return [one.username for one in self.User.find({"display_name": "Renamed"})]

    def delete(self, request):
        self.User.find_one({"username": request.json["who"]}).delete()

    def disable(self, request):
        self.plugins.disable(request.json["id"])
"""


def plugin_of(target: Target, name: str) -> Any:
    """Answer a running plugin's own object."""
    instance: Any = target.hub.kernel.registry.get(name).instance
    return instance.plugin


@pytest.mark.checklist("P-01", "P-05", "P-07")
async def test_two_plugins_and_the_hub_hold_the_same_objects(
    target: Target, tmp_path: Path
) -> None:
    """No service is refused, and each is the one that the hub itself works with."""
    hub = target.hub
    names = hub.kernel.services.names()
    held = []
    for n in ("one", "two"):
        source = write(tmp_path, f"greedy-{n}.py", GREEDY.format(n=n.title(), names=names))
        held.append(plugin_of(target, await target.install(source, "trusted")).held)
    cores = {
        "api": hub.routes,
        "backup": hub.backup,
        "config": hub.kernel.config,
        "database": hub.database,
        "hooks": hub.kernel.hooks,
        "live": hub.live,
        "scheduler": hub.scheduler,
        "sessions": hub.sessions,
        "ui": hub.ui,
        "users": hub.users,
    }
    assert set(names) >= {*cores, "events", "plugins"}
    assert all(held[0][name] is core and held[1][name] is core for name, core in cores.items())
    assert all(held[0][name] is held[1][name] for name in names)
    kinds = {type(held[0][name]).__name__ for name in ("config", "users")}
    assert kinds == {"ConfigManager", "UserManager"}


@pytest.mark.checklist("P-06")
async def test_unknown_service_is_told_with_the_one_that_was_meant(
    target: Target, tmp_path: Path
) -> None:
    """Nothing is left running, and the page says which line and which name."""
    client = target.operator()
    order = {"source": str(write(tmp_path, "typo.py", TYPO)), "tier": "trusted"}
    asked = (await client.post("/api/v1/plugins/describe", json=order)).json()["consent"]
    given = {**order, "consent": asked["phrase"], "consent_digest": asked["digest"]}
    await client.post("/api/v1/plugins", json=given)
    error = (await client.post("/api/v1/plugins/typo/enable")).json()["error"]
    assert "Did you mean 'database'?" in error["message"]
    assert (error["where"], "users" in error["next"]) == ("typo.py:4", True)


@pytest.mark.checklist("P-20", "P-75", "P-76", "P-77", "P-78", "P-84")
async def test_called_methods_change_what_the_hub_does(target: Target, tmp_path: Path) -> None:
    """Events, settings, rows, sign-ins and other plugins: each call has its effect outside."""
    await target.install(write(tmp_path, "every.py", EVERY), "trusted")
    plugin, client = plugin_of(target, "every"), target.operator()

    async def ask(what: str, /, **body: Any) -> Any:
        answer = await client.post(f"/api/v1/every/{what}", json=body)
        assert answer.status_code in {200, 204}, answer.text
        return answer.json() if answer.content else None

    await ask("tell", what={"so": "it is"})
    grace = await target.person("grace")
    await target.hub.kernel.events.settle()
    assert plugin.heard == [{"so": "it is"}, "grace"]
    assert await ask("configure", key="hub.name", value="Ours") == "PlexiHub"
    assert (await client.get("/api/v1/ui")).json()["hub"]["name"] == "Ours"
    assert await ask("rename", who="grace") == ["grace"]
    assert (await client.get("/api/v1/users/grace")).json()["display_name"] == "Renamed"
    await ask("delete", who="grace")
    assert (await client.get("/api/v1/users/grace")).status_code == 404
    assert (await grace.get("/api/v1/users")).status_code == 401
    body = {"username": "grace", "password": PASSWORD}
    assert (await target.client().post("/api/v1/session", json=body)).status_code == 401
    await ask("disable", id="dashboards")
    assert target.hub.kernel.registry.get("dashboards").state == "disabled"
    assert (await client.get("/api/v1/dashboards")).status_code == 404
    records = await target.records("plugin.disable")
    assert [(one.actor.id, one.target) for one in records] == [("every", "dashboards")]
