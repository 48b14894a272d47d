"""A package on its way: packed, installed by name, verified, upgraded; on the command line."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.hub import command_here, environment

pytestmark = [pytest.mark.sandbox, pytest.mark.slow, pytest.mark.timeout(240)]
ROOT = Path(__file__).parents[2]
CODE = """
import {{ pluginRegistry }} from "@/lib/extensibility/pluginRegistry";
import {{ word }} from "./word.ts";

pluginRegistry.register({{ id: "custom-analytics", version: "{version}" }});

export default {{
  hooks: {{
    onDashboardLoad: (): {{ text: string }} => ({{ text: word() }}),
  }},
}};
"""


def write(folder: Path, version: str = "1.0.0", **fields: object) -> Path:
    """Write a plugin of two files in TypeScript."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {
        "$schema": "./plugin.schema.json",
        "id": "custom-analytics",
        "version": version,
        "entrypoint": "main.ts",
        "permissions": ["ui:render"],
        **fields,
    }
    (folder / "plugin.json").write_text(json.dumps(manifest, indent=2))
    (folder / "main.ts").write_text(CODE.format(version=version))
    (folder / "word.ts").write_text("export const word = (): string => 'seen';\n")
    return folder


class Shelf:
    """A hub that does not run, and a folder of packages."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.packages = folder / "packages"
        self.source = folder / "source"
        self.packages.mkdir()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of `plexihub plugin`."""
        return command_here("plugin", *arguments, data=self.data)

    def pack(self, version: str = "1.0.0", **fields: object) -> Path:
        """Pack a version onto the shelf."""
        write(self.source, version, **fields)
        done = self.run("pack", str(self.source), "-o", str(self.packages), "--json")
        assert done.returncode == 0, done.stderr
        return Path(json.loads(done.stdout)["file"])

    def installed(self) -> Path:
        """Answer where the installed files are."""
        [home] = (self.data / "plugins").iterdir()
        return home


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Give an empty one."""
    return Shelf(tmp_path)


@pytest.mark.checklist("A-06", "A-54", "A-56")
def test_package_is_installed_by_name_verified_and_upgraded(shelf: Shelf) -> None:
    """The highest version of the folder, its checksum compared, disabled; then a newer one."""
    shelf.pack("0.9.0")
    package = shelf.pack("1.0.0")
    checksum = hashlib.sha256(package.read_bytes()).hexdigest()
    beside = package.with_name(f"{package.name}.sha256")
    beside.write_text(f"{int(checksum, 16) ^ 1:064x}  {package.name}\n")
    by_name = ("custom-analytics", "--from", str(shelf.packages), "--yes")
    assert "is not the file that was meant" in shelf.run("install", *by_name).stderr
    beside.write_text(f"{checksum}  {package.name}\n")
    assert "custom-analytics is not installed" in shelf.run("upgrade", *by_name).stderr
    assert "Installed custom-analytics 1.0.0" in shelf.run("install", *by_name).stdout
    shown = json.loads(shelf.run("show", "custom-analytics", "--json").stdout)
    assert shown["state"] == "disabled"
    verdict = shelf.run("verify", "custom-analytics")
    assert (verdict.returncode, "as it was installed" in verdict.stdout) == (0, True)
    shelf.pack("1.1.0")
    assert "is 1.1.0 now; it was 1.0.0" in shelf.run("upgrade", *by_name).stdout
    assert shelf.run("verify", "custom-analytics").returncode == 0
    assert "is 1.0.0 now" in shelf.run("rollback", "custom-analytics").stdout
    assert shelf.run("verify", "custom-analytics").returncode == 0
    assert shelf.run("remove", "custom-analytics").returncode == 0
    assert list((shelf.data / "plugins").iterdir()) == []
    assert list((shelf.data / "packages").iterdir()) == []


@pytest.mark.checklist("A-56")
@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("byte", "changed  main.js"),
        ("gone", "missing  main.js.map"),
        ("more", "extra    lib/evil.ts"),
        ("left", "extra    node_modules/x.js"),
        ("link", "changed  main.js"),
        ("list too", "cannot be told"),
    ],
)
def test_changed_file_is_named(shelf: Shelf, change: str, says: str) -> None:
    """One altered byte is enough, and the exit status says so."""
    shelf.run("install", str(shelf.pack()), "--yes")
    home = shelf.installed()
    if change in {"byte", "list too"}:
        code = bytearray((home / "main.js").read_bytes())
        code[3] ^= 1
        (home / "main.js").chmod(0o644)
        (home / "main.js").write_bytes(code)
    if change == "list too":
        shutil.rmtree(shelf.data / "packages")
    elif change == "gone":
        (home / "main.js.map").unlink()
    elif change == "link":
        (home / "main.js").rename(shelf.data / "elsewhere.js")
        (home / "main.js").symlink_to(shelf.data / "elsewhere.js")
    elif change in {"more", "left"}:
        path = home / ("lib/evil.ts" if change == "more" else "node_modules/x.js")
        path.parent.mkdir()
        path.write_text("")
    verdict = shelf.run("verify", "custom-analytics")
    assert (verdict.returncode, says in verdict.stderr) == (5, True), verdict.stderr
    told = json.loads(shelf.run("verify", "custom-analytics", "--json").stdout)
    assert told["intact"] is False


@pytest.mark.checklist("A-12")
@pytest.mark.parametrize(
    ("api", "says"),
    [
        (2, "`api` is 2, and this hub speaks version 1.0."),
        ("^2.1", "`api` is '^2.1', and this hub speaks version 1.0."),
        (">=1.0,<2", "Installed"),
        ("newest", "or a range such as"),
    ],
)
def test_api_version_is_compared(shelf: Shelf, api: object, says: str) -> None:
    """Another major version is refused, with the line; a range that fits is taken."""
    done = shelf.run("install", str(write(shelf.source, api=api)), "--yes")
    assert says in done.stdout + done.stderr
    if "Installed" not in says:
        assert "plugin.json:" in done.stderr


def test_unknown_name_says_what_to_do(shelf: Shelf) -> None:
    """Without a folder of packages, and in one that has no such package."""
    done = shelf.run("install", "custom-analytics")
    assert (done.returncode, "--from FOLDER" in done.stderr) == (3, True)
    done = shelf.run("install", "custom-analytics", "--from", str(shelf.packages))
    assert (done.returncode, "plexihub plugin pack" in done.stderr) == (3, True)


def test_schema_is_printed_and_written(shelf: Shelf) -> None:
    """What an editor needs, without a network."""
    printed = json.loads(shelf.run("schema").stdout)
    assert printed == json.loads((ROOT / "schemas" / "manifest.json").read_text())
    target = shelf.packages / "plugin.schema.json"
    assert shelf.run("schema", "-o", str(target)).returncode == 0
    assert json.loads(target.read_text()) == printed


def typed(command: str, data: Path, answer: str = "", **more: str) -> tuple[int, str]:
    """Type a command at a terminal, in the repository's folder, and answer its question."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execve("/bin/sh", ["sh", "-c", command], {**environment(data), **more})  # noqa: S606
    heard, end = "", time.monotonic() + 90
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            heard += os.read(terminal, 4096).decode(errors="replace")
        except OSError:  # the other end is closed: it is over
            break
        if answer and "[N]o:" in heard:
            os.write(terminal, f"{answer}\n".encode())
            answer = ""
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), heard


@pytest.mark.checklist("A-54", "A-55", "A-56", "A-57")
@pytest.mark.requires("npm")
def test_commands_of_the_design_run_as_typed(shelf: Shelf) -> None:
    """`npm run plugin:install custom-analytics` and the others, by a person at a terminal."""
    shelf.pack()
    here = {"PLEXIHUB_PLUGINS_PACKAGES": str(shelf.packages)}
    status, heard = typed("npm run plugin:install custom-analytics", shelf.data, "y", **here)
    assert (status, "Installed custom-analytics 1.0.0" in heard) == (0, True), heard
    status, heard = typed("npm run plugin:enable custom-analytics", shelf.data)
    assert status == 0, heard
    status, heard = typed("npm run plugin:verify custom-analytics", shelf.data)
    assert (status, "is as it was installed" in heard) == (0, True), heard
    code = shelf.installed() / "main.js"
    code.chmod(0o644)
    code.write_bytes(code.read_bytes().replace(b"seen", b"sees"))
    status, heard = typed("npm run plugin:verify custom-analytics", shelf.data)
    assert (status, "changed  main.js" in heard) == (5, True), heard
    assert typed("npm run plugin:disable custom-analytics", shelf.data)[0] == 0
    assert typed("npm run plugin:remove custom-analytics", shelf.data)[0] == 0
