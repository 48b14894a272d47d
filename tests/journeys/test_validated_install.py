"""What the rules find decides what an install does: refused, told, or on record."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.audit import AuditQuery, AuditRecord
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub_sdk.permissions import ROLE_RIGHTS

pytestmark = pytest.mark.anyio

EVAL = "export default { hooks: { onDashboardLoad: () => eval('1') } };\n"
LOOP = "export default { hooks: { onDashboardLoad() { while (true) {} } } };\n"
ALLOWED = (
    "// plexihub: allow js-eval sums that people type\nconst run = eval;\nexport default {};\n"
)


@dataclass
class Site:
    """A hub of this process, and its operator."""

    hub: Hub
    client: httpx.AsyncClient
    folder: Path

    async def post(self, path: str, source: Path, tier: str) -> httpx.Response:
        """Describe or install a package."""
        body: dict[str, Any] = {"source": str(source), "tier": tier}
        return await self.client.post(f"/api/v1{path}", json=body)

    def written(self, name: str, text: str) -> Path:
        """Write a package of one file."""
        path = self.folder / name
        path.write_text(text)
        return path

    async def decide(self, setting: str, value: object) -> None:
        """Set something as whoever runs the hub."""
        ctx = CallContext(actor=OPERATOR, rights=ROLE_RIGHTS["admin"])
        await self.hub.kernel.config.change(setting, value, ctx)

    async def approvals(self) -> list[AuditRecord]:
        """Answer what is on record about installs."""
        return await self.hub.kernel.audit.read(AuditQuery(action="plugin.approve"))


@pytest.fixture
async def site(tmp_path: Path, anyio_backend: str) -> AsyncIterator[Site]:
    """Put a hub together without a server."""
    options = HubOptions(data=tmp_path / "hub", settings_file=tmp_path / "none.toml", builtin=())
    async with (
        Hub(options) as hub,
        httpx.AsyncClient(
            transport=httpx.ASGITransport(hub.operator_asgi), base_url="http://hub"
        ) as client,
    ):
        yield Site(hub, client, tmp_path)


@pytest.mark.checklist("A-10")
async def test_hostile_plugin_is_refused_before_it_runs(site: Site) -> None:
    """With file, line and rule; nothing of it stays, and the refusal is on record."""
    answer = await site.post("/plugins", site.written("sums.ts", EVAL), "sandboxed")
    error = answer.json()["error"]
    assert answer.status_code == 400, error
    assert error["where"] == "sums.ts:1:50"
    assert "js-eval" in error["message"]
    assert (await site.client.get("/api/v1/plugins")).json()["items"] == []
    assert list((site.folder / "hub" / "plugins").iterdir()) == []
    last = (await site.approvals())[0]
    assert "js-eval" in last.reason


@pytest.mark.checklist("A-10")
async def test_remarks_stand_beside_the_consent_and_on_record(site: Site) -> None:
    """A warning does not hinder, and whoever decides has seen it."""
    path = site.written("turns.ts", LOOP)
    remarks = (await site.post("/plugins/describe", path, "sandboxed")).json()["remarks"]
    assert [(one["rule"], one["place"]) for one in remarks] == [("js-busy-loop", "turns.ts:1:47")]
    assert (await site.post("/plugins", path, "sandboxed")).status_code == 201
    last = (await site.approvals())[0]
    assert last.details["findings"] == ["js-busy-loop turns.ts:1:47"]


@pytest.mark.checklist("A-10")
async def test_allowed_finding_is_shown_with_its_reason(site: Site) -> None:
    """The author's word goes to whoever installs it."""
    path = site.written("allowed.ts", ALLOWED)
    answer = await site.post("/plugins/describe", path, "sandboxed")
    (remark,) = answer.json()["remarks"]
    assert (remark["rule"], remark["allowed"]) == ("js-eval", "sums that people type")


@pytest.mark.checklist("A-11")
async def test_permission_outside_the_policy_refuses(site: Site) -> None:
    """Whatever else the operator thinks of the rules."""
    await site.decide("plugins.refused_permissions", ["people:read"])
    await site.decide("plugins.validation", "warn")
    root = site.folder / "asks"
    root.mkdir()
    fields = {
        "id": "asks",
        "version": "1.0.0",
        "permissions": ["people:read"],
        "hooks": ["user.login"],
        "entrypoint": "main.py",
    }
    (root / "plugin.json").write_text(json.dumps(fields))
    (root / "main.py").write_text("def on_user_login(told):\n    pass\n")
    answer = await site.post("/plugins", root, "sandboxed")
    assert answer.status_code == 400
    assert "people:read" in answer.json()["error"]["message"]
    assert answer.json()["error"]["where"] == "plugin.json:1"


@pytest.mark.checklist("A-11")
async def test_permission_of_administrators_is_told_and_pending(site: Site) -> None:
    """It is installed, and waits."""
    path = site.written(
        "rules.py", 'PLUGIN = {"version": "1.0.0", "permissions": ["admin:users"]}\n'
    )
    remarks = (await site.post("/plugins/describe", path, "sandboxed")).json()["remarks"]
    assert "permission-approval" in {one["rule"] for one in remarks}
    installed = (await site.post("/plugins", path, "sandboxed")).json()
    assert installed["permissions"]["pending"] == ["admin:users"]


@pytest.mark.checklist("A-10")
async def test_operator_may_choose_to_be_warned(site: Site) -> None:
    """And is told all the same."""
    await site.decide("plugins.validation", "warn")
    path = site.written("sums.ts", EVAL)
    remarks = (await site.post("/plugins/describe", path, "sandboxed")).json()["remarks"]
    assert [one["rule"] for one in remarks] == ["js-eval"]
    assert (await site.post("/plugins", path, "sandboxed")).status_code == 201


@pytest.mark.checklist("A-10")
async def test_trusted_plugin_is_told_not_refused(site: Site) -> None:
    """It may do everything by consent; whoever consents reads what was found."""
    text = "class MyPlugin:\n    def __init__(self, context):\n        exec('1')\n"
    answer = await site.post("/plugins/describe", site.written("mine.py", text), "trusted")
    assert answer.status_code == 200, answer.text
    assert "py-exec" in {one["rule"] for one in answer.json()["remarks"]}
