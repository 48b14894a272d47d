"""Attacks by what is handed to the installer, and by what a killed one left."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from plexihub.app import Hub, HubOptions
from plexihub.kernel.ports import Tier
from plexihub_sdk.manifest import RESERVED_IDS
from tests.attacks.conftest import Target

pytestmark = pytest.mark.anyio

MANIFEST = {"id": "a-b", "version": "1.0.0", "entrypoint": "main.py"}


def _package(folder: Path, text: bytes | None = None, **fields: Any) -> Path:
    folder.mkdir()
    (folder / "plugin.json").write_bytes(text or json.dumps({**MANIFEST, **fields}).encode())
    (folder / "main.py").write_text("class Plugin:\n    def __init__(self, context): ...\n")
    return folder


def _names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir()) if folder.exists() else []


async def _refused(target: Target, source: str | Path, tier: Tier = "trusted") -> dict[str, Any]:
    """See that a package is refused as wrong input, and that nothing of it stays."""
    plugins = target.hub.folder.plugins
    before = _names(plugins)
    order = {"source": str(source), "tier": tier, "consent": "I trust a-b"}
    answer = await target.operator().post(
        "/api/v1/plugins",
        content=json.dumps(order),
    )
    assert answer.status_code in {400, 409, 502}, answer.text
    assert _names(plugins) == before
    assert "a-b" not in [one.id for one in target.hub.kernel.registry]
    error: dict[str, Any] = answer.json()["error"]
    return error


@pytest.mark.parametrize("name", sorted(RESERVED_IDS))
async def test_plugin_cannot_pass_for_the_hub(target: Target, tmp_path: Path, name: str) -> None:
    """An id that is an actor's kind or a word of an address is refused."""
    error = await _refused(target, _package(tmp_path / "p", id=name))
    assert error["where"] == "id"


@pytest.mark.parametrize(
    "text",
    [
        b'{"id":"a-b","entrypoint":"main.py","permissions":[],"permissions":["admin:users"]}',
        b'{"id":' + b"[" * 60_000,
        b'{"id":"' + b"a" * 100_000 + b'"}',
        b'{"api":' + b"9" * 5000 + b"}",
    ],
    ids=["twice", "deep", "long", "number"],
)
async def test_manifest_of_two_meanings_is_refused(
    target: Target, tmp_path: Path, text: bytes
) -> None:
    """JSON that is too much, or says one thing twice, is no manifest."""
    error = await _refused(target, _package(tmp_path / "p", text))
    assert error["code"] == "manifest_invalid"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("entrypoint", "a" * 5000),
        ("entrypoint", "main.py\n"),
        ("entrypoint", "../main.py"),
        ("version", "1.\u0663.0"),
        ("version", "1.0.0-" + "a" * 500),
    ],
)
async def test_field_that_no_system_call_takes_is_refused(
    target: Target, tmp_path: Path, field: str, value: str
) -> None:
    """A path or version without a bound is refused before it reaches a file or a page."""
    error = await _refused(target, _package(tmp_path / "p", None, **{field: value}))
    assert error["where"] == field


async def test_file_whose_name_is_no_text_leaves_nothing(target: Target, tmp_path: Path) -> None:
    """A name that is no UTF-8, of a file or of a link, is refused in words."""
    package = _package(tmp_path / "p")
    named = package / os.fsdecode(b"\xff\xfe.py")
    named.write_text("")
    assert "no text" in (await _refused(target, package))["message"]
    named.unlink()
    named.symlink_to("/etc/passwd")
    assert "plain files" in (await _refused(target, package))["message"]


@pytest.mark.parametrize("source", ["a\0b", "/dev/zero", "/proc/self/mem", "/proc"])
async def test_source_that_is_no_package_is_refused(target: Target, source: str) -> None:
    """A path with a NUL, a device, the hub's own memory: none of them is read."""
    await _refused(target, source)


async def test_install_that_was_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    """Half-staged files go at the next start, and files without a plugin stop no install."""
    data = tmp_path / "hub"
    staged, landed = data / "plugins" / ".staging-x", data / "plugins" / "a-b"
    for folder in (staged, landed, data / "deno" / "describe-y"):
        folder.mkdir(parents=True)
        (folder / "old.py").write_text("")
    data.chmod(0o755)
    async with Hub(HubOptions(data=data, settings_file=tmp_path / "none.toml")) as hub:
        assert not staged.exists()
        assert not (data / "deno" / "describe-y").exists()
        await Target(hub, []).install(_package(tmp_path / "p"), "trusted")
        assert _names(landed) == ["main.py", "plugin.json"]


async def test_data_folder_that_was_there_is_closed_to_others(tmp_path: Path) -> None:
    """A folder that somebody made readable for all is not left so: it holds password hashes."""
    data = tmp_path / "hub"
    data.mkdir(mode=0o755)
    async with Hub(HubOptions(data=data, settings_file=tmp_path / "none.toml")) as hub:
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert stat.S_IMODE(hub.folder.control_socket.stat().st_mode) == 0o600
