"""A stranger's plugin whose folder attacks whoever looks at it with the author's commands."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexihub.cli.dev.browser import open_link
from plexihub.cli.dev.own_hub import data_folder
from plexihub.kernel.recording import Redactor
from plexihub.packing import pack
from plexihub.replay.debug import _deno
from plexihub.scaffold import equip
from plexihub_sdk.errors import InputError, PackageError
from tests.support.dev import running_dev

TRUSTED = """
from pathlib import Path

class Plugin:
    def __init__(self, context):
        Path({owned!r}).write_text("owned")
"""
BACKEND = "from pathlib import Path\nPath({owned!r}).write_text('owned')\n"


@pytest.fixture
def room() -> Iterator[Path]:
    """Give a folder whose path is short, as a home's is: sockets have short paths."""
    with tempfile.TemporaryDirectory(prefix="p-") as folder:
        yield Path(folder)


def plugin(folder: Path, name: str, main: str, **files: str) -> Path:
    """Write a plugin's folder."""
    folder.mkdir(exist_ok=True)
    manifest = {"id": name, "version": "1.0.0", "entrypoint": "main.py"}
    for path, text in {"plugin.json": json.dumps(manifest), "main.py": main, **files}.items():
        (folder / path).write_text(text)
    return folder


# --- plugin dev ---


@pytest.mark.slow
def test_hub_that_comes_with_a_plugin_is_not_started(room: Path) -> None:
    """A data folder with a trusted plugin in it, beside an innocent one, runs nothing."""
    owned = room / "owned"
    made = plugin(room / "made", "evil-one", TRUSTED.format(owned=str(owned)))
    with running_dev(made, "--trusted") as dev:
        assert owned.exists()  # the attack is real
        data = dev.data
        copied = shutil.copytree(
            data, room / "copied", ignore=shutil.ignore_patterns("*.sock", "hub.lock")
        )
    owned.unlink()
    harmless = "def on_dashboard_load(context):\n    return {}\n"
    innocent = plugin(room / "innocent", "good-one", harmless)
    shutil.move(copied, innocent / ".plexihub" / "hub")
    with running_dev(innocent) as dev:
        assert "good-one 1.0.0 runs" in dev.output
        assert not Path(dev.data).is_relative_to(innocent)
    assert not owned.exists()


def test_own_hub_is_nobody_elses(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folder is the account's, closed to others, and another one for each plugin."""
    monkeypatch.setenv("XDG_STATE_HOME", str(room / "state"))
    with data_folder(plugin(room / "a", "a-b", "")) as one, data_folder(room) as other:
        assert one.is_relative_to(room / "state")
        assert one != other
        assert one.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name", ["", ".gitignore", "plugin.schema.json", "python", "python/plexihub_sdk", "sdk"]
)
def test_link_in_a_plugin_leads_no_write_elsewhere(tmp_path: Path, name: str) -> None:
    """What the commands renew beside a plugin is not renewed in a place that a link names."""
    folder = plugin(tmp_path / "p", "a-b", "")
    victim = tmp_path / "home"
    (victim / "plexihub_sdk").mkdir(parents=True)
    kept = victim / "plexihub_sdk" / "kept"
    kept.write_text("mine")
    file = victim / ".bashrc"
    file.write_text("mine")
    link = folder / ".plexihub" / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(file if "." in name else victim)
    before = sorted(victim.rglob("*"))
    with pytest.raises(InputError, match="is a link"):
        equip(folder)
    assert (kept.read_text(), file.read_text()) == ("mine", "mine")
    assert sorted(victim.rglob("*")) == before


# --- plugin pack ---


def source_package(folder: Path, owned: Path) -> str:
    """Write a package that runs a program when it is built; answer its checksum."""
    files = {
        "PKG-INFO": "Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n",
        "pyproject.toml": '[build-system]\nrequires=[]\nbuild-backend="b"\nbackend-path=["."]\n',
        "b.py": BACKEND.format(owned=str(owned)),
    }
    target = folder / "evil-1.0.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"evil-1.0/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return hashlib.sha256(target.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "line",
    [
        "./evil-1.0.tar.gz {hash}",
        "evil @ file://{folder}/evil-1.0.tar.gz {hash}",
        "--no-binary :all:\n--find-links .\n--no-index\nevil==1.0 {hash}",
        "evil==1.0 ; python_version>'3' --no-binary=evil {hash}",
        "-e . {hash}",
        "-r other.txt",
        "evil==1.0 {hash} --config-settings=x=y",
        "evil==1.0 \\\n --no-binary=evil \\\n {hash}",
        "evil==1.0 {hash}\u2028--no-binary :all:",
        "evil==1.0 {hash}\r--no-binary :all:",
        "evil==1.0",
    ],
)
def test_requirements_that_tell_the_installer_are_refused(tmp_path: Path, line: str) -> None:
    """Options, paths and addresses: each could run a program of the package when it is packed."""
    folder = plugin(tmp_path / "p", "a-b", "")
    checksum = f"--hash=sha256:{source_package(folder, tmp_path / 'owned')}"
    text = line.replace("{hash}", checksum).replace("{folder}", str(folder))
    (folder / "requirements.txt").write_bytes(text.encode())
    with pytest.raises(PackageError, match="is no exact version"):
        pack(folder, lambda _said: None)
    assert not (tmp_path / "owned").exists()


def test_settings_beside_a_plugin_tell_the_installer_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`uv.toml` and `pyproject.toml` that have packages built are not read."""
    folder = plugin(tmp_path / "p", "a-b", "")
    checksum = source_package(folder, tmp_path / "owned")
    (folder / "requirements.txt").write_text(f"evil==1.0 --hash=sha256:{checksum}\n")
    (folder / "uv.toml").write_text('[pip]\nno-build = false\nno-binary = ["evil"]\n')
    for tool in ("UV", "PIP"):
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(folder))
    with pytest.raises(PackageError, match="cannot be fetched"):
        pack(folder, lambda _said: None)
    assert not (tmp_path / "owned").exists()
    assert "vendor" not in os.listdir(folder)  # noqa: PTH208 - names alone


@pytest.mark.parametrize(
    ("line", "settings"),
    [
        ('import j from "file://{secret}" with { type: "json" };', ""),
        ('import j from "s" with { type: "json" };', '{"imports": {"s": "file://{secret}"}}'),
        ('const j = (await import("file://{secret}", { with: { type: "json" } })).default;', ""),
    ],
    ids=["import", "import map", "dynamic import"],
)
def test_file_of_the_packer_is_not_packed(tmp_path: Path, line: str, settings: str) -> None:
    """An import of a path elsewhere on the disk, in the code or by the plugin's settings."""
    secret = tmp_path / "secret.json"
    secret.write_text('{"token": "s3cret"}')
    hook = "onDashboardLoad() { return { custom_widgets: [] , j: JSON.stringify(j) }; }"
    files = {"main.ts": f"{line}\nexport default {{ id: 'a-b', hooks: {{ {hook} }} }};\n"}
    if settings:
        files["deno.json"] = settings
    folder = plugin(tmp_path / "p", "a-b", "", **files)
    for name in files:
        path = folder / name
        path.write_text(path.read_text().replace("{secret}", str(secret)))
    manifest = folder / "plugin.json"
    manifest.write_text(manifest.read_text().replace("main.py", "main.ts"))
    with pytest.raises(PackageError, match="outside of its folder"):
        pack(folder, lambda _said: None)


# --- plugin dev, replay --debug: others on this machine ---


def test_debugger_of_a_replay_lends_no_rights(tmp_path: Path) -> None:
    """Whoever attaches to Deno's debugger, which asks for no name, gets a Deno without rights."""
    line = _deno("127.0.0.1:9229", tmp_path)
    program = tmp_path / "attached.js"
    program.write_text(
        "const tried = [() => Deno.readTextFileSync('/etc/passwd'), () => Deno.env.toObject(),"
        " () => new Deno.Command('/bin/id').outputSync(), () => Deno.listen({ port: 0 }),"
        f" () => Deno.writeTextFileSync({str(tmp_path / 'owned')!r}, 'x')];"
        "for (const one of tried) { try { one(); console.log('got it'); }"
        " catch (error) { console.log(error.name); } }"
    )
    rights = [one for one in line[2:-1] if not one.startswith("--inspect")]
    done = subprocess.run(
        [*line[:2], *rights, str(program)], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stdout.split() == ["NotCapable"] * 5, done.stderr
    assert not (tmp_path / "owned").exists()


def test_sign_in_link_is_on_no_command_line(tmp_path: Path) -> None:
    """Everybody on a machine reads command lines: a browser is handed a file of the account's."""
    seen: list[str] = []

    def show(address: str) -> bool:
        seen.append(address)
        return True

    link = "http://127.0.0.1:8000/dashboards#sign-in=s3cret"
    (tmp_path / "sign-in.html").symlink_to(tmp_path / "elsewhere")
    assert open_link(link, tmp_path, show)
    assert seen[0].startswith("file:")
    assert "s3cret" not in seen[0]
    page = tmp_path / "sign-in.html"
    assert link in page.read_text()
    assert page.stat().st_mode & 0o077 == 0
    assert not (tmp_path / "elsewhere").exists()


# --- recordings ---


@pytest.mark.parametrize(
    "value",
    [
        {"tokens": ["s3cret"]},
        {"credentials": {"user": "ada", "value": "s3cret"}},
        {"headers": [["Authorization", "Bearer s3cret"]]},
        {"name": "api_key", "value": "s3cret"},
        {"key": "session-token", "value": {"of": ["s3cret"]}},
        {"body": '{"access_token": "s3cret", "expires": 1}'},
        {"body": "grant=code&client_secret=s3cret&x=1"},
        {"url": "https://example.com/?access_token=s3cret&page=2"},
        {"message": "refused: Authorization: Bearer s3cret"},
    ],
)
def test_secret_in_another_place_is_not_recorded(value: object) -> None:
    """Not in a list, a pair, a named value, the text of a body or an address, nor twice counted."""
    redactor = Redactor()
    clean = redactor.clean(value)
    assert "s3cret" not in json.dumps(clean)
    assert redactor.count > 0
    again = Redactor()
    assert (again.clean(clean), again.count) == (clean, 0)


def test_answer_of_a_named_secret_is_not_recorded() -> None:
    """What a plugin keeps under the name of a secret is one."""
    assert Redactor().clean_answer({"key": "api_token"}, "s3cret") == "[redacted]"
    assert Redactor().clean_answer({"key": "count"}, {"max_tokens": 3}) == {"max_tokens": 3}
