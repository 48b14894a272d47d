"""A folder becomes a package: the same bytes everywhere, and nothing that is refused later."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from plexihub.marketplace.archive import read_archive
from plexihub.marketplace.staging import digest, stage
from plexihub.marketplace.trust import verify
from plexihub.packing import pack
from plexihub_sdk.errors import ManifestError, PackageError

EXAMPLES = Path(__file__).parents[3] / "examples" / "sandboxed"
FIELDS = {"id": "two-files", "version": "1.2.3", "entrypoint": "main.py"}


def quiet(_text: str) -> None:
    """Say nothing."""


def plugin(folder: Path, files: dict[str, str], **fields: object) -> Path:
    """Write a plugin's folder."""
    files = {"plugin.json": json.dumps({**FIELDS, **fields}), **files}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def shaken(folder: Path, to: Path) -> Path:
    """Copy a folder in another order, with other times and modes, and what tools leave."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    random.Random(7).shuffle(paths)  # noqa: S311 - an order, no secret
    for path in paths:
        target = to / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        target.chmod(0o751)
        os.utime(target, (10**9, 10**9))
    left = {"__pycache__/main.cpython-311.pyc": "x", ".git/HEAD": "x", ".env": "KEY=1"}
    for name, text in left.items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_text(text)
    return to


@pytest.mark.parametrize("name", ["poll", "word-filter"])
@pytest.mark.checklist("A-06")
def test_same_files_are_the_same_bytes(tmp_path: Path, name: str) -> None:
    """Whatever the order, times, modes, umask, locale, time zone, or place of the folder."""
    first = pack(EXAMPLES / name, quiet)
    other = shaken(EXAMPLES / name, tmp_path / "ein anderer Ordner ü" / "deep" / "er")
    program = (
        "import os, sys; os.umask(0o077)\n"
        "from pathlib import Path; from plexihub.packing import pack\n"
        "sys.stdout.write(pack(Path(sys.argv[1]), lambda _: None).sha256)"
    )
    env = {**os.environ, "LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "77"}
    done = subprocess.run(
        [sys.executable, "-c", program, str(other)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == (first.sha256, "")


@pytest.mark.parametrize("name", ["poll", "team-pulse", "weather", "sign-off", "word-filter"])
def test_archive_and_what_is_installed_have_one_digest(tmp_path: Path, name: str) -> None:
    """The archive's content is the installed folder's, to the digest; other tools can open it."""
    packed = pack(EXAMPLES / name, quiet)
    path = tmp_path / packed.file_name
    path.write_bytes(packed.data)
    staged = stage(verify(path, packed.sha256), tmp_path / "plugins")
    assert (staged.digest, digest(staged.folder)) == (packed.digest, packed.digest)
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        assert sorted(opened.namelist()) == sorted(packed.names)


def test_folder_is_only_read(tmp_path: Path) -> None:
    """Nothing is written into the author's folder, and the manifest keeps its form."""
    folder = shaken(EXAMPLES / "poll", tmp_path / "p")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    packed = pack(folder, quiet)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    files = {one.name: one.content.decode() for one in read_archive(packed.data)}
    written = (folder / "plugin.json").read_text(encoding="utf-8")
    assert files["plugin.json"] == written.replace("main.ts", "main.js")
    assert set(files) == {"README.md", "main.js", "main.js.map", "plugin.json"}
    assert "interface Poll" in json.loads(files["main.js.map"])["sourcesContent"][0]
    assert str(tmp_path) not in "".join(files.values())


@pytest.mark.parametrize(
    ("files", "fields", "says", "where"),
    [
        ({"main.py": "def f(:\n"}, {}, "main.py:1", "main.py:1"),
        ({"main.py": "", "lib/x.py": "a\n\n b = 1\n"}, {}, "lib/x.py:3", "lib/x.py:3"),
        ({}, {}, "entry point 'main.py' is not", "entrypoint"),
        ({"main.py": ""}, {"permisions": []}, "plugin.json:1: Unknown field", "permisions"),
        ({"main.py": ""}, {"dependencies": {"x": "new"}}, "no range", "dependencies.x"),
        ({"main.py": "", "Main.py": ""}, {}, "the same as", "main.py"),
        ({"main.py": "", "aux.md": ""}, {}, "device on Windows", "aux.md"),
        ({"main.py": "", "u\u0308.md": ""}, {}, "normal form", "u\u0308.md"),
        ({"main.py": "", "a:b.md": ""}, {}, "on Windows", "a:b.md"),
    ],
)
def test_what_would_be_refused_is_not_packed(
    tmp_path: Path, files: dict[str, str], fields: dict[str, object], says: str, where: str
) -> None:
    """The author hears it before anybody else, with the place."""
    with pytest.raises(PackageError, match=says) as caught:
        pack(plugin(tmp_path / "p", files, **fields), quiet)
    assert caught.value.where == where


def test_type_error_is_told_with_its_place(tmp_path: Path) -> None:
    """In the author's own file and line, without the place of our copy."""
    code = "const n: number = 'no';\nexport default { hooks: {} };\n"
    folder = plugin(tmp_path / "p", {"main.ts": code}, entrypoint="main.ts")
    with pytest.raises(PackageError, match="not assignable to type 'number'") as caught:
        pack(folder, quiet)
    assert caught.value.where == "main.ts:1"
    assert "plexihub-pack" not in caught.value.message


def test_import_that_is_in_no_cache_is_not_fetched(tmp_path: Path) -> None:
    """A package of npm that was never fetched is named, with what to do."""
    code = "import x from 'npm:a-package-that-nobody-has@1.0.0';\nexport default { x };\n"
    folder = plugin(tmp_path / "p", {"main.ts": code}, entrypoint="main.ts")
    with pytest.raises(PackageError, match="a-package-that-nobody-has") as caught:
        pack(folder, quiet)
    assert "deno install" in caught.value.next


def wheel(folder: Path, files: dict[str, str]) -> tuple[str, str]:
    """Write a wheel of a package `greet`; answer its name and checksum."""
    name = "greet-1.0.0-py3-none-any.whl"
    about = {
        "greet-1.0.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: greet\nVersion: 1.0.0\n",
        "greet-1.0.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: us\n"
        "Root-Is-Purelib: true\nTag: py3-none-any\n",
    }
    everything = {**files, **about}
    lines = []
    for path, text in everything.items():
        hashed = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        lines.append(f"{path},sha256={hashed.decode()},{len(text.encode())}\n")
    lines.append("greet-1.0.0.dist-info/RECORD,,\n")
    with zipfile.ZipFile(folder / name, "w") as writer:
        for path, text in {**everything, "greet-1.0.0.dist-info/RECORD": "".join(lines)}.items():
            writer.writestr(path, text)
    return name, hashlib.sha256((folder / name).read_bytes()).hexdigest()


GREET = {
    "greet/__init__.py": "from greet.words import hello\n",
    "greet/words.py": "def hello(name):\n    return f'Hello, {name}'\n",
}
HOOK = """
from greet import hello

def on_dashboard_load(context):
    text = hello("Ada")
    return {"custom_widgets": [{"id": "w", "component": "Text", "props": {"text": text}}]}
"""


@pytest.fixture(autouse=True)
def wheels_of_this_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the author's own settings name a folder of wheels, and no index."""
    for tool in ("UV", "PIP"):
        monkeypatch.setenv(f"{tool}_NO_INDEX", "1")
        monkeypatch.setenv(f"{tool}_FIND_LINKS", str(tmp_path / "wheels"))


def requiring(folder: Path, files: dict[str, str], *, bit: int = 0) -> Path:
    """Write a plugin that needs a wheel which lies on this disk."""
    wheels = folder.with_name("wheels")
    wheels.mkdir()
    _, checksum = wheel(wheels, files)
    wanted = f"{int(checksum, 16) ^ bit:064x}"
    lines = f"# made by a tool\ngreet==1.0.0 \\\n    --hash=sha256:{wanted}\n    # via nobody\n"
    return plugin(folder, {"main.py": HOOK, "requirements.txt": lines})


def test_python_packages_are_vendored(tmp_path: Path) -> None:
    """What `requirements.txt` names is in the package, without traces of this machine."""
    packed = pack(requiring(tmp_path / "p", GREET), quiet)
    assert "vendor/greet/words.py" in packed.names
    assert not [one for one in packed.names if one.endswith(("RECORD", "INSTALLER", ".lock"))]
    assert pack(tmp_path / "p", quiet).sha256 == packed.sha256


@pytest.mark.parametrize(
    ("files", "bit", "says"),
    [(GREET, 1, "ash"), ({**GREET, "greet/fast.so": "x"}, 0, "machine code")],
)
def test_wrong_or_native_package_is_refused(
    tmp_path: Path, files: dict[str, str], bit: int, says: str
) -> None:
    """A checksum off by one bit, or machine code inside."""
    with pytest.raises(PackageError, match=says) as caught:
        pack(requiring(tmp_path / "p", files, bit=bit), quiet)
    assert caught.value.next


def test_folder_without_manifest_is_told_what_to_write(tmp_path: Path) -> None:
    """The error shows a manifest; one that is no JSON names its line."""
    with pytest.raises(PackageError, match=r"no plugin\.json") as caught:
        pack(tmp_path, quiet)
    assert "entrypoint" in caught.value.next
    (tmp_path / "plugin.json").write_text('{\n  "id": "x",\n  "version" "1"\n}')
    with pytest.raises(ManifestError, match=r"plugin\.json:3: This is no JSON"):
        pack(tmp_path, quiet)
