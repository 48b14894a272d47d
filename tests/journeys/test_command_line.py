"""The command line as an operator uses it: on a folder without a hub, and beside a running one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hub import RunningHub, command, command_here, running_hub

EXAMPLES = Path(__file__).parents[2] / "examples"
COMMANDS = [
    "serve",
    "init",
    "plugin list",
    "plugin show",
    "plugin install",
    "plugin enable",
    "plugin disable",
    "plugin remove",
    "user create",
    "user list",
    "user role",
    "user permissions",
    "user password",
    "role list",
    "role create",
    "role permissions",
    "role remove",
    "audit tail",
    "audit verify",
    "config list",
    "config get",
    "config set",
    "config reset",
    "backup create",
    "backup list",
    "backup verify",
    "backup restore",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Set up a data folder without demo content."""
    data = tmp_path_factory.mktemp("cli") / "data"
    done = command(
        "init", "--admin", "root-admin", "--password-stdin", data=data, stdin="a long one 42\n"
    )
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """Serve a hub with demo content."""
    with running_hub(tmp_path_factory.mktemp("live") / "data") as hub:
        yield hub


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_the_command(name: str, tmp_path: Path) -> None:
    """Every command explains itself, without touching the data folder."""
    done = command_here(*name.split(), "--help", data=tmp_path / "data")
    assert done.returncode == 0
    assert f"plexihub {name}" in done.stdout
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["plugin", "show", "nobody"], 3, "nobody"),
        (["plugin", "install", "/nowhere"], 1, "no plugin at /nowhere"),
        (["plugin", "enable", "NOT AN ID"], 3, "NOT AN ID"),
        (["user", "create", "x", "--password-stdin"], 2, "username"),
        (["user", "role", "nobody", "admin"], 3, "nobody"),
        (["user", "role", "root-admin", "member"], 1, "administrator"),
        (["user", "role", "root-admin", "king"], 2, "king"),
        (["config", "get", "server.prot"], 3, "server.port"),
        (["config", "set", "server.port", "much"], 2, "server.port"),
        (["config", "set", "server.port", "-1"], 2, "server.port"),
        (["audit", "tail", "--outcome", "bad"], 2, "outcome"),
        (["frobnicate"], 2, "frobnicate"),
        (["serve", "--port", "eighty"], 2, "eighty"),
    ],
)
def test_bad_input_gets_one_sentence(
    folder: Path, arguments: list[str], status: int, says: str
) -> None:
    """Bad input ends with its own exit status and a sentence, never with a traceback."""
    done = command_here(*arguments, data=folder, stdin="a long one 43\n")
    assert (done.returncode, done.stdout) == (status, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_json_errors_are_json(folder: Path) -> None:
    """With --json an error is an object on standard error."""
    done = command_here("plugin", "show", "nobody", "--json", data=folder)
    assert json.loads(done.stderr)["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("broken.ts", 'throw new Error("not today");', "(broken.ts:1)"),
        ("broken.py", "class APlugin:\n  def __init__(self, context:\n", "broken.py"),
    ],
)
def test_plugin_that_does_not_load_is_named(
    folder: Path, tmp_path: Path, name: str, text: str, says: str
) -> None:
    """The author reads the file's own name and line, not those of the hub's copy."""
    (tmp_path / name).write_text(text)
    options = ["--trusted", "--consent", "I trust broken"] if name.endswith(".py") else ["--yes"]
    done = command_here("plugin", "install", str(tmp_path / name), *options, data=folder)
    assert done.returncode == 1
    assert f"{name} cannot be loaded" in done.stderr
    assert says in done.stderr
    assert "staging" not in done.stderr


def test_init_twice_changes_nothing(folder: Path) -> None:
    """A folder that is set up is not set up again."""
    done = command_here("init", data=folder)
    assert done.returncode == 1
    assert "set up already" in done.stderr


def test_people_are_managed_offline(folder: Path) -> None:
    """Create, list and promote people while no hub runs."""
    made = command_here("user", "create", "eve", "--json", data=folder)
    assert made.returncode == 0, made.stderr
    assert len(json.loads(made.stdout)["password"]) >= 16
    assert command_here("user", "role", "eve", "admin", data=folder).returncode == 0
    people = json.loads(command_here("user", "list", "--json", data=folder).stdout)
    assert {one["username"]: one["role"] for one in people} == {
        "root-admin": "admin",
        "eve": "admin",
    }


def test_roles_are_managed_offline(folder: Path) -> None:
    """Create a role, give it to somebody, and find that it cannot be removed then."""
    made = command_here("role", "create", "steward", "admin:users", "--json", data=folder)
    assert json.loads(made.stdout)["permissions"] == ["admin:users"]
    given = command_here("user", "create", "sam", "--role", "steward", data=folder)
    assert given.returncode == 0, given.stderr
    refused = command_here("role", "remove", "steward", data=folder)
    assert (refused.returncode, "still given to 1" in refused.stderr) == (1, True)


def test_settings_survive_the_command_here(folder: Path) -> None:
    """A setting that was set is read back by the next command, and reset again."""
    assert command_here("config", "set", "hub.name", "Our place", data=folder).returncode == 0
    assert command_here("config", "get", "hub.name", data=folder).stdout == "Our place\n"
    assert command_here("config", "reset", "hub.name", data=folder).returncode == 0
    assert command_here("config", "get", "hub.name", data=folder).stdout == "PlexiHub\n"


def test_plugin_is_disabled_while_no_hub_runs(folder: Path) -> None:
    """A plugin that keeps the hub from starting can be turned off without starting it."""
    listed = json.loads(command_here("plugin", "show", "chat", "--json", data=folder).stdout)
    assert (listed["state"], listed["reason"]) == ("disabled", "It starts with the hub.")
    done = command_here("plugin", "disable", "chat", data=folder)
    assert done.returncode == 0, done.stderr
    listed = json.loads(command_here("plugin", "show", "chat", "--json", data=folder).stdout)
    assert (listed["state"], listed["reason"]) == ("disabled", "")


def test_plugin_life_beside_a_running_hub(hub: RunningHub) -> None:
    """Disable, remove, install and enable a plugin of a running hub."""
    for verb in ("disable", "remove"):
        assert hub.run("plugin", verb, "hello-world").returncode == 0
    listed = json.loads(hub.run("plugin", "list", "--json").stdout)
    assert "hello-world" not in [one["id"] for one in listed]
    source = str(EXAMPLES / "sandboxed" / "hello-world.ts")
    done = hub.run("plugin", "install", source, "--yes", "--enable", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "enabled"
    again = hub.run("plugin", "install", source, "--yes")
    assert again.returncode == 1
    assert "installed already" in again.stderr


def test_trusted_install_needs_typed_consent(hub: RunningHub) -> None:
    """Without the exact sentence nothing trusted is installed, and the refusal is on record."""
    source = str(EXAMPLES / "trusted" / "my_plugin.py")
    hub.run("plugin", "remove", "my-plugin")
    refused = hub.run("plugin", "install", source, "--trusted", "--consent", "yes")
    assert refused.returncode == 1
    assert "I trust my-plugin" in refused.stderr
    assert hub.run("plugin", "show", "my-plugin").returncode == 3
    done = hub.run("plugin", "install", source, "--trusted", "--consent", "I trust my-plugin")
    assert done.returncode == 0, done.stderr
    records = json.loads(hub.run("audit", "tail", "--action", "plugin.approve", "--json").stdout)
    assert records[-1]["details"]["consent"].startswith("sha256:")
    assert "denied" in [one["outcome"] for one in records]


def test_audit_tail_shows_what_happened(hub: RunningHub) -> None:
    """The newest records come last, and filters narrow them."""
    hub.run("user", "create", "mallory")
    records = json.loads(hub.run("audit", "tail", "-n", "5", "--action", "user", "--json").stdout)
    assert (records[-1]["action"], records[-1]["actor"]["kind"]) == ("user.create", "operator")


def test_audit_tail_is_whole_in_a_narrow_terminal(hub: RunningHub) -> None:
    """Nothing is cut short: action, target and the reason of a refusal stand there entirely."""
    hub.run("user", "create", "x")
    lines = hub.run("audit", "tail", "-n", "1", "--action", "user.create").stdout.splitlines()
    assert "user.create" in lines[0]
    assert lines[0].endswith("  x")
    assert "A username has 3 to 32 characters" in lines[1]


def test_install_tells_the_state_it_ended_in(hub: RunningHub) -> None:
    """Whoever asked to enable a plugin at once reads that it is."""
    hub.run("plugin", "remove", "hello-world")
    source = str(EXAMPLES / "sandboxed" / "hello-world.ts")
    done = hub.run("plugin", "install", source, "--yes", "--enable")
    assert done.stdout.splitlines() == [
        "Installed hello-world 1.0.0 (sandboxed).",
        "hello-world is enabled.",
    ]
