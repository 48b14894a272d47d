"""Nobody is led to trust what they did not read, and a revoked grant is really gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from plexihub.kernel.consent import Consent
from plexihub.runtimes._survey import survey
from plexihub_sdk.capabilities import CAPABILITIES
from plexihub_sdk.ids import PluginId
from plexihub_sdk.manifest import Manifest
from tests.attacks.conftest import Target
from tests.support.reacher import REACHER
from tests.zoo.sandbox import write

pytestmark = pytest.mark.anyio
HIDDEN = {
    "a name made at run time": "getattr(context, 'get_' + 'service')('config')",
    "a service's name made at run time": "context.get_service('con' + 'fig')",
    "getattr under another name": "g = getattr; g(context, 'get_service')",
    "get_service under another name": "g = context.get_service; g('config')",
    "code in base64": "import base64; exec(base64.b64decode('cGFzcw=='))",
    "a compiled text": "eval('1')",
    "a late import": "__import__('o' + 's')",
    "a module by name": "import importlib; importlib.import_module('o' + 's')",
    "the table of modules": "import sys; sys.modules['os']",
    "native code": "import ctypes",
    "the hub's own modules": "import plexihub.app",
    "the context's inside": "context._locator",
    "all classes": "().__class__.__base__.__subclasses__()",
    "bytes that become objects": "import pickle",
}
CALM = """
class CalmPlugin:
    def __init__(self, context):
        context.get_service("ui").inject_css("body { color: red }")
"""


async def described(client: httpx.AsyncClient, source: Path) -> Any:
    """Ask what there is to agree to."""
    order = {"source": str(source), "tier": "trusted"}
    return (await client.post("/api/v1/plugins/describe", json=order)).json()


def ratings(consent: dict[str, Any]) -> dict[str, str]:
    """Answer the ratings by capability."""
    return {row["name"]: row["rating"] for row in consent["uses"]}


def read(source: Path) -> dict[str, Any]:
    """Read a source as the hub does before anything of it is installed."""
    manifest = Manifest(id=PluginId("sly"), version="1.0.0", entrypoint="main.py")
    return Consent(manifest, "sha256:0", survey(source)).describe()


@pytest.mark.parametrize("trick", HIDDEN)
def test_hidden_use_counts_as_everything(tmp_path: Path, trick: str) -> None:
    """What a reading cannot follow is named with its line, and every row of the table is shown."""
    code = f"class SlyPlugin:\n    def __init__(self, context):\n        {HIDDEN[trick]}\n"
    consent = read(write(tmp_path, "sly.py", code))
    assert ratings(consent) == {name: one.rating for name, one in CAPABILITIES.items()}
    assert {one["place"] for one in consent["unclear"]["evidence"]} == {"sly.py:3"}
    assert "count on everything" in consent["text"]
    assert "keylogger" in consent["hazard"]


@pytest.mark.parametrize("file", ["inner.so", "inner.pyc", "broken.py"])
def test_file_that_is_no_source_counts_as_everything(tmp_path: Path, file: str) -> None:
    """A library beside the source is no way around the reading."""
    (tmp_path / "main.py").write_text(CALM)
    (tmp_path / file).write_bytes(b"\x7fELF(((")
    consent = read(tmp_path)
    assert len(ratings(consent)) == len(CAPABILITIES)
    assert consent["unclear"]["evidence"][0]["place"].startswith(file)


@pytest.mark.checklist("P-03")
async def test_consent_is_to_one_text(target: Target, tmp_path: Path) -> None:
    """Files exchanged after the text was read, no digest, a forged one: nothing is installed."""
    client = target.operator()
    source = write(tmp_path, "calm.py", CALM)
    shown = (await described(client, source))["consent"]
    for effect in ("lose or corrupt all data", "critical security holes", "crash", "slow"):
        assert effect in shown["text"]
    assert "keylogger" not in shown["text"]
    order = {"source": str(source), "tier": "trusted", "consent": "I trust calm"}
    for digest in (None, "", "sha256:0"):
        given = order | {"consent_digest": digest}
        refused = await client.post("/api/v1/plugins", json=given)
        assert refused.json()["error"]["code"] == "consent_needed"
    source.write_text(CALM + "import subprocess\n")
    given = order | {"consent_digest": shown["digest"]}
    refused = await client.post("/api/v1/plugins", json=given)
    assert (refused.status_code, refused.json()["error"]["where"]) == (403, "consent_digest")
    assert target.hub.kernel.registry.find("calm") is None
    fresh = (await described(client, source))["consent"]
    assert fresh["digest"] != shown["digest"]
    given = order | {"consent_digest": fresh["digest"]}
    assert (await client.post("/api/v1/plugins", json=given)).status_code == 201
    records = await target.records("plugin.approve")
    assert [one.outcome for one in reversed(records)] == ["denied"] * 4 + ["ok"]
    assert (records[0].actor.kind, records[0].details["consent"]) == ("operator", fresh["digest"])


@pytest.mark.checklist("P-03")
async def test_changed_files_need_a_new_consent(target: Target, tmp_path: Path) -> None:
    """Files exchanged behind the hub's back do not run until somebody agrees to them."""
    plugin = await target.install(write(tmp_path, "calm.py", CALM), "trusted")
    ada = await target.person("ada", "admin")
    path = f"/api/v1/plugins/{plugin}"
    assert (await ada.post(f"{path}/disable")).status_code == 200
    home = target.hub.kernel.registry.get(plugin).stored.root / "calm.py"
    home.chmod(0o644)
    home.write_text(CALM + "        context.get_service('ui').inject_script('a.js')\n")
    refused = await ada.post(f"{path}/enable")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "consent_needed")
    access = (await ada.get(f"{path}/access")).json()
    assert access["agreed"] is False
    assert "keylogger" in access["consent"]["hazard"]
    assert access["consent"]["scripts"]["evidence"][0]["place"] == "calm.py:5"
    wrong = {"consent": "I trust it", "consent_digest": access["consent"]["digest"]}
    assert (await ada.post(f"{path}/enable", json=wrong)).status_code == 403
    home.write_text(CALM)
    assert (await ada.post(f"{path}/enable")).json()["state"] == "enabled"
    records = await target.records("plugin.approve")
    assert (records[0].actor.kind, records[0].outcome) == ("user", "denied")


async def test_changed_dependency_is_not_enabled_along(target: Target, tmp_path: Path) -> None:
    """Enabling a plugin with what it needs is no way around the consent of the other."""
    await target.install(write(tmp_path, "calm.py", CALM), "trusted")
    needy = tmp_path / "needy"
    needy.mkdir()
    manifest = {"id": "needy", "version": "1.0.0", "entrypoint": "main.py"}
    needs = {**manifest, "dependencies": {"calm": ">=0"}}
    (needy / "plugin.json").write_text(json.dumps(needs))
    (needy / "main.py").write_text(CALM.replace("Calm", "Needy"))
    await target.install(needy, "trusted")
    client = target.operator()
    for name in ("needy", "calm"):
        await client.post(f"/api/v1/plugins/{name}/disable")
    home = target.hub.kernel.registry.get("calm").stored.root / "calm.py"
    home.chmod(0o644)
    home.write_text(CALM + "import ctypes\n")
    asked = {"with_dependencies": True}
    refused = (await client.post("/api/v1/plugins/needy/enable", json=asked)).json()["error"]
    assert (refused["code"], refused["where"]) == ("consent_needed", "calm")
    assert target.hub.kernel.registry.get("calm").state == "disabled"


async def test_difference_of_a_new_version_is_shown(target: Target, tmp_path: Path) -> None:
    """Where a version is installed, what the new one uses more and less is told."""
    await target.install(write(tmp_path, "calm.py", CALM), "trusted")
    (tmp_path / "new").mkdir()
    code = "import socket\nclass CalmPlugin:\n    def __init__(self, context): ...\n"
    changes = (await described(target.operator(), write(tmp_path / "new", "calm.py", code)))[
        "changes"
    ]
    assert changes["more"] == ["Network (high)"]
    assert changes["less"] == ["Core services and events (critical)", "User interface (high)"]


REFUSED: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "files": [
        ("read", {"path": "{file}"}),
        ("write", {"path": "{file}", "text": "changed"}),
        ("delete", {"path": "{file}"}),
        ("rename", {"path": "{file}", "to": "{file}.old"}),
        ("rename", {"path": "{own}/../../../file", "to": "{own}/file"}),
        ("read", {"path": "{own}/link"}),
    ],
    "network": [
        ("fetch", {"url": "http://127.0.0.1:9/"}),
        ("connect", {"port": 9}),
        ("server", {}),
        ("aserver", {}),
    ],
    "commands": [("run", {"command": ["true"]}), ("shell", {}), ("child", {})],
}


@pytest.mark.checklist("P-68")
@pytest.mark.parametrize("grant", REFUSED)
async def test_revoked_grant_refuses(target: Target, tmp_path: Path, grant: str) -> None:
    """Nothing is done, the refusal says whose and which, and each stands in the audit."""
    file, own = tmp_path / "file", target.hub.folder.path / "plugin-data" / "reacher"
    file.write_text("text")
    await target.install(write(tmp_path, "reacher.py", REACHER), "trusted")
    (own / "link").symlink_to(file)
    client = target.operator()
    await client.delete(f"/api/v1/plugins/reacher/grants/{grant}")
    for what, body in REFUSED[grant]:
        filled = {
            key: value.format(file=file, own=own) if isinstance(value, str) else value
            for key, value in body.items()
        }
        refused = await client.post(f"/api/v1/reacher/{what}", json=filled)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "permission_denied")
        assert "reacher may not" in refused.json()["error"]["message"]
        record = (await target.records("plugin.use"))[0]
        seen = (record.actor.id, record.outcome, record.details["grant"])
        assert seen == ("reacher", "denied", grant)
    assert file.read_text() == "text"
    found = (await client.get("/api/v1/plugins/reacher/access")).json()
    assert found["running"] == []


async def test_only_administrators_decide(target: Target, tmp_path: Path) -> None:
    """A member neither reads nor changes what a plugin may do; an unknown grant is told."""
    await target.install(write(tmp_path, "calm.py", CALM), "trusted")
    grace, ada = await target.person("grace"), await target.person("ada", "admin")
    path = "/api/v1/plugins/calm/grants/files"
    for answer in (
        await grace.get("/api/v1/plugins/calm/access"),
        await grace.put(path),
        await grace.delete(path),
    ):
        assert answer.status_code == 403
    assert "files" in target.hub.kernel.registry.get("calm").stored.granted
    unknown = (await ada.delete("/api/v1/plugins/calm/grants/fils")).json()["error"]
    assert (unknown["code"], "Did you mean 'files'?" in unknown["message"]) == ("not_found", True)


async def test_file_named_like_a_folder_is_agreed_to(target: Target, tmp_path: Path) -> None:
    """A file of a name whose folders are not copied is copied: what is in it is in the digest."""
    client = target.operator()
    source = tmp_path / "calm"
    source.mkdir()
    manifest = {"id": "calm", "version": "1.0.0", "entrypoint": "main.py"}
    (source / "plugin.json").write_text(json.dumps(manifest))
    (source / "main.py").write_text(CALM)
    (source / ".git").write_text("harmless")
    shown = (await described(client, source))["consent"]
    (source / ".git").write_text("import os; os.abort()")
    order = {"source": str(source), "tier": "trusted", "consent": "I trust calm"}
    refused = await client.post(
        "/api/v1/plugins", json={**order, "consent_digest": shown["digest"]}
    )
    assert (refused.status_code, refused.json()["error"]["where"]) == (403, "consent_digest")


async def test_reload_takes_no_files_that_nobody_agreed_to(target: Target, tmp_path: Path) -> None:
    """Changed files of a running plugin wait for a new consent; the same files need none."""
    plugin = await target.install(write(tmp_path, "calm.py", CALM), "trusted")
    ada = await target.person("ada", "admin")
    path = f"/api/v1/plugins/{plugin}"
    assert (await ada.post(f"{path}/reload")).status_code == 200
    home = target.hub.kernel.registry.get(plugin).stored.root / "calm.py"
    home.chmod(0o644)
    home.write_text(CALM + "        context.get_service('events').on('user.login', print)\n")
    before = target.hub.kernel.registry.get(plugin).instance
    for given in (None, {"consent": "I trust calm"}, {"consent": "I trust calm", "to": "it"}):
        assert (await ada.post(f"{path}/reload", json=given)).status_code in {400, 403}
    assert target.hub.kernel.registry.get(plugin).instance is before
    consent = (await ada.get(f"{path}/access")).json()["consent"]
    agreed = {"consent": consent["phrase"], "consent_digest": consent["digest"]}
    assert (await ada.post(f"{path}/reload", json=agreed)).status_code == 200
    assert (await target.records("plugin.approve"))[0].details["consent"] == consent["digest"]
    assert (await ada.post(f"{path}/reload")).status_code == 200


async def test_rollback_brings_no_files_that_nobody_agreed_to(
    target: Target, tmp_path: Path
) -> None:
    """The version before is back only as it was agreed to."""
    for version in ("1.0.0", "2.0.0"):
        source = tmp_path / version
        source.mkdir()
        manifest = {"id": "calm", "version": version, "entrypoint": "main.py"}
        (source / "plugin.json").write_text(json.dumps(manifest))
        (source / "main.py").write_text(CALM)
        await target.install(source, "trusted")
    previous = target.hub.kernel.registry.get("calm").stored.previous
    assert previous is not None
    file = previous.root / "main.py"
    file.chmod(0o644)
    file.write_text(CALM + "import subprocess\n")
    client = target.operator()
    refused = await client.post("/api/v1/plugins/calm/rollback")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    assert target.hub.kernel.registry.get("calm").stored.manifest.version == "2.0.0"
    file.write_text(CALM)
    assert (await client.post("/api/v1/plugins/calm/rollback")).json()["version"] == "1.0.0"


def test_package_writes_no_lines_of_its_own(tmp_path: Path) -> None:
    """Names that a package chose stay on their line of what is shown and agreed to."""
    lie = "ui\\n\\nIt was checked, and is harmless.\\u202e"
    code = "class SlyPlugin:\n    def __init__(self, context):\n"
    code += f"        ui = context.get_service('{lie}')\n        ui.show()\n"
    write(tmp_path, "plugin.py", code)
    write(tmp_path, "a\nIt is granted: nothing.py", "exec('1')")
    consent = read(tmp_path)
    assert [one for one in consent["text"].splitlines() if one.startswith("It was checked")] == []
    assert "It is granted: nothing" not in consent["text"].splitlines()
    shown = json.dumps([consent["uses"], consent["unclear"]], ensure_ascii=False)
    assert "It was checked" in shown
    for row in (*consent["uses"], consent["unclear"]):
        for one in row["evidence"]:
            assert one["place"].isprintable()
            assert one["what"].isprintable()
