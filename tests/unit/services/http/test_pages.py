"""The built pages, at the root and under a prefix."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from plexihub.kernel.context import CallContext
from tests.unit.services.http.conftest import PASSWORD, Web, code

pytestmark = pytest.mark.anyio


@pytest.fixture
def built(web: Web) -> Path:
    """A folder of built pages."""
    folder = web.parts.static
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text('<head><base href="/"></head>')
    (folder / "assets" / "chat.js").write_text("chat()")
    (folder / "assets" / "chunk-5PVEA5D6.js").write_text("chunk()")
    (folder / ".secret").write_text("hidden")
    (folder.parent / "outside.txt").write_text("outside")
    return folder


@pytest.mark.usefixtures("built")
async def test_every_address_inside_answers_the_page(web: Web) -> None:
    """The application finds its way by itself from any address."""
    for path in ("/", "/chat", "/admin/plugins/x", "/index.html"):
        answer = await web.client().get(path)
        assert (answer.status_code, answer.text) == (200, '<head><base href="/"></head>')
        assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.usefixtures("built")
async def test_assets_are_kept_as_long_as_their_name_allows(web: Web) -> None:
    """Hashed names for ever, others until they change."""
    client = web.client()
    hashed = await client.get("/assets/chunk-5PVEA5D6.js")
    assert "immutable" in hashed.headers["cache-control"]
    plain = await client.get("/assets/chat.js")
    assert (plain.text, plain.headers["cache-control"]) == ("chat()", "no-cache")
    assert plain.headers["content-type"] == "text/javascript; charset=utf-8"
    again = await client.get("/assets/chat.js", headers={"if-none-match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = await client.head("/assets/chat.js")
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "path", ["/assets/missing.js", "/assets/%2e%2e/%2e%2e/outside.txt", "/assets/%2e%2e/.secret"]
)
async def test_missing_asset_is_404(web: Web, path: str) -> None:
    """A missing script is no page; nothing leads out of the folder, without the filter either."""
    await web.kernel.config.change("security.waf.enabled", False, CallContext())
    assert code(await web.client().get(path)) == (404, "not_found")


@pytest.mark.usefixtures("built")
@pytest.mark.parametrize(
    "path", ["/.secret", "/../outside.txt", "/..%2foutside.txt", "/%2e%2e/outside.txt", "/a%00b"]
)
async def test_nothing_outside_is_shown(web: Web, path: str) -> None:
    """Hidden files and files outside the folder stay there."""
    text = (await web.client().get(path)).text
    assert "hidden" not in text
    assert "outside" not in text


async def test_unbuilt_pages_say_what_to_do(web: Web) -> None:
    """A clone that built nothing yet gets one sentence."""
    answer = await web.client().get("/")
    assert answer.status_code == 503
    assert "make web" in answer.text


@pytest.mark.usefixtures("built")
async def test_hub_works_under_a_prefix(web: Web) -> None:
    """Mounted by another application, its base, cookie and routes carry the prefix."""
    await web.person("ada")
    client = web.client(Starlette(routes=[Mount("/hub", web.app)]))
    assert (await client.get("/hub/chat")).text == '<head><base href="/hub/"></head>'
    answer = await client.post(
        "/hub/api/v1/session", json={"username": "ada", "password": PASSWORD}
    )
    assert "; Path=/hub;" in answer.headers["set-cookie"]
    assert (await client.get("/hub/api/v1/users")).status_code == 200
    assert (await client.get("/hub/assets/chat.js")).text == "chat()"
    assert (await client.get("/api/v1/users")).status_code == 404
