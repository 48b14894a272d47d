"""`/plugins/<id>/<file>`: what a plugin named, for people who are signed in."""

from pathlib import Path

import pytest

from plexihub.kernel.context import CallContext, owner
from plexihub.services.ui import UiRegistry
from plexihub_sdk.errors import ConflictError
from plexihub_sdk.ids import PluginId
from tests.unit.services.http.conftest import Web, code

pytestmark = pytest.mark.anyio
NOTES = PluginId("notes")


@pytest.fixture
def ui(web: Web, tmp_path: Path) -> UiRegistry:
    """The hub's registry, with a plugin's folder and one file of it registered."""
    (tmp_path / "notes").mkdir()
    for name in ("notes.js", "other.js"):
        (tmp_path / "notes" / name).write_text("export {};")
    web.parts.ui.files._folder_of = lambda _plugin: tmp_path / "notes"
    token = owner.set(NOTES)
    web.parts.ui.inject_script("notes.js")
    owner.reset(token)
    return web.parts.ui


async def test_registered_file_is_served_with_type_and_tag(web: Web, ui: UiRegistry) -> None:
    """It comes as JavaScript of the hub's own origin, and is not sent twice."""
    client = await web.signed_in("bob")
    (script,) = (await client.get("/api/v1/ui")).json()["scripts"]
    answer = await client.get(f"/{script['address']}")
    assert (answer.status_code, answer.text) == (200, "export {};")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    again = await client.get(
        f"/{script['address']}", headers={"if-none-match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/plugins/notes/other.js", "/plugins/notes/%2e%2e/x.js", "/plugins/none/notes.js"]
)
async def test_anything_else_is_not_there(web: Web, ui: UiRegistry, path: str) -> None:
    """A file that lies in the folder and was not registered is no more there than one outside."""
    # The request filter would stop the climbing path before this code had to.
    await web.kernel.config.change("security.waf.enabled", False, CallContext())
    client = await web.signed_in("bob")
    assert code(await client.get(path)) == (404, "not_found")


async def test_file_is_gone_on_disable_and_not_for_strangers(web: Web, ui: UiRegistry) -> None:
    """Nobody who is not signed in gets it; nobody at all once its plugin is disabled."""
    client = await web.signed_in("bob")
    assert code(await web.client().get("/plugins/notes/notes.js"))[0] == 401
    web.kernel.ownership.drop(NOTES)
    assert code(await client.get("/plugins/notes/notes.js")) == (404, "not_found")


async def test_no_route_can_stand_there(web: Web) -> None:
    """A route of a plugin cannot take the place of another's files."""
    with pytest.raises(ConflictError):
        web.parts.api.register_route("GET", "/plugins/notes/notes.js", lambda _request: None)
