"""What an operator reads when the hub cannot start: one sentence, and nothing changed."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.hub import command, environment, free_port, running_hub

SECONDS = 60


def serve(data: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Try to serve, and answer how it ended."""
    if "--port" not in arguments:
        arguments = ("--port", str(free_port()), *arguments)
    return subprocess.run(
        [sys.executable, "-m", "plexihub.cli", "serve", *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=environment(data) | variables,
        check=False,
    )


def assert_one_sentence(done: subprocess.CompletedProcess[str], *says: str) -> None:
    """The error is short, says what was asked, and is no traceback."""
    assert done.returncode == 4, done.stdout + done.stderr
    for text in says:
        assert text in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2


def snapshot(folder: Path) -> dict[str, bytes]:
    """Copy the database and the audit records, which nothing may overwrite."""
    kept = [folder / "hub.db", *sorted((folder / "audit").glob("audit-*.jsonl"))]
    return {path.name: path.read_bytes() for path in kept}


def assert_kept(before: dict[str, bytes], folder: Path) -> None:
    """What was there is there as it was; the log may have gone on in a new file."""
    after = snapshot(folder)
    assert {name: after[name] for name in before} == before


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Set up a data folder."""
    folder = tmp_path_factory.mktemp("template") / "data"
    done = command("init", "--password-stdin", data=folder, stdin="long enough 123\n")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def data(template: Path, tmp_path: Path) -> Path:
    """Copy a data folder that is set up."""
    return Path(shutil.copytree(template, tmp_path / "data"))


def test_taken_port(data: Path) -> None:
    """The port is named, and the folder stays as it was."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        before = snapshot(data)
        assert_one_sentence(serve(data, "--port", port), port, "--port")
        assert_kept(before, data)


def test_unwritable_data_folder(tmp_path: Path) -> None:
    """A folder that cannot be made is named."""
    (tmp_path / "file").write_text("in the way")
    assert_one_sentence(serve(tmp_path / "file" / "data"), str(tmp_path / "file"), "PLEXIHUB_DATA")


def test_damaged_database(data: Path) -> None:
    """A file that is no database is left as it is."""
    (data / "hub.db").write_bytes(b"this is no database, but somebody may want it back" * 40)
    (data / "hub.db-wal").unlink(missing_ok=True)
    before = snapshot(data)
    assert_one_sentence(serve(data), "hub.db", "damaged")
    assert_kept(before, data)


def test_newer_schema(data: Path) -> None:
    """A database of a newer release is left as it is."""
    with sqlite3.connect(data / "hub.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    connection.close()
    before = snapshot(data)
    assert_one_sentence(serve(data), "from_the_future", "newer")
    assert_kept(before, data)


def test_missing_deno(data: Path) -> None:
    """Without Deno the hub says how to get it."""
    assert_one_sentence(serve(data, PLEXIHUB_PLUGINS_DENO="/nowhere/deno"), "Deno", "/nowhere/deno")


def test_two_hubs_on_one_folder(tmp_path: Path) -> None:
    """A second hub is turned away and the first goes on."""
    with running_hub(tmp_path / "data") as hub:
        assert_one_sentence(serve(hub.data), str(hub.process.pid), str(hub.data))
        assert hub.client("ada").get("/session").json()["user"]["username"] == "ada"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("log.level = 'loud'", "log.level"),
        ("[server", "TOML"),
        ("server.prot = 1", "server.port"),
    ],
)
def test_bad_settings_file(data: Path, text: str, says: str) -> None:
    """A settings file that is wrong is named with what is wrong in it."""
    path = data.parent / "wrong.toml"
    path.write_text(text)
    done = serve(data, "--config", str(path))
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
