"""Where a value comes from, and what the layers may not say."""

from pathlib import Path
from typing import Any

import pytest

from plexihub.kernel.config import ConfigManager, Layers, Setting, read_layers
from plexihub.kernel.context import CallContext
from plexihub.kernel.ownership import Ownership
from plexihub_sdk.errors import ConfigError, ConflictError
from tests.fakes.stores import MemoryAudit

PORT = Setting(
    "server.port", int, 8000, "Port.", check=lambda n: "" if n < 65536 else "is no port."
)
WAF = Setting("security.waf.enabled", bool, True, "Filter requests.")
RATE = Setting("server.rate", float, 1.5, "Rate.")


def config(layers: Layers, *settings: Setting) -> ConfigManager:
    """Make settings that are read and never changed."""

    async def intercept(
        _name: str, payload: dict[str, Any], _ctx: CallContext | None
    ) -> dict[str, Any]:
        return payload

    made = ConfigManager(
        Ownership(),
        MemoryAudit(),
        layers=layers,
        intercept=intercept,
        publish=lambda _name, _data, _ctx: None,
    )
    made.declare(settings)
    return made


@pytest.mark.parametrize(
    ("layers", "value", "source"),
    [
        (Layers(), 8000, "default"),
        (Layers(file={"server.port": 1}), 1, "file"),
        (
            Layers(file={"server.port": 1}, environment={"PLEXIHUB_SERVER_PORT": "2"}),
            2,
            "environment",
        ),
        (Layers(environment={"PLEXIHUB_SERVER_PORT": "2"}, flags={"server.port": 3}), 3, "flag"),
        (Layers(flags={"server.port": "4"}), 4, "flag"),
    ],
)
def test_higher_layer_counts(layers: Layers, value: int, source: str) -> None:
    """Flags stand above the environment, that above the file, that above the default."""
    made = config(layers, PORT)
    assert (made.get("server.port"), made.source("server.port")) == (value, source)


@pytest.mark.parametrize(
    ("layers", "where"),
    [
        (Layers(file={"server.port": "8000"}, path=Path("hub.toml")), "hub.toml: server.port"),
        (Layers(file={"server.port": True}), "plexihub.toml: server.port"),
        (Layers(environment={"PLEXIHUB_SERVER_PORT": "many"}), "PLEXIHUB_SERVER_PORT"),
        (Layers(flags={"server.port": 99999}), "--port"),
    ],
)
def test_wrong_value_names_its_place(layers: Layers, where: str) -> None:
    """A value of another type, or a refused one, is refused with the place it stands in."""
    with pytest.raises(ConfigError, match=r"server\.port") as caught:
        config(layers, PORT)
    assert caught.value.where == where


@pytest.mark.parametrize(("text", "value"), [("no", False), ("1", True), ("TRUE", True)])
def test_words_for_yes_and_no(text: str, value: bool) -> None:  # noqa: FBT001 - a parameter
    """The environment has words for a bool."""
    made = config(Layers(environment={"PLEXIHUB_SECURITY_WAF_ENABLED": text}), WAF)
    assert made.get("security.waf.enabled") is value


def test_whole_number_is_a_float() -> None:
    """A setting of type float takes a whole number from the file."""
    assert config(Layers(file={"server.rate": 2}), RATE).get("server.rate") == 2.0


def test_nested_tables_become_dotted_keys(tmp_path: Path) -> None:
    """The TOML file is read with its tables."""
    path = tmp_path / "plexihub.toml"
    path.write_text("[security.waf]\nenabled = false\n")
    made = config(read_layers(path, {}), WAF)
    assert made.get("security.waf.enabled") is False


@pytest.mark.parametrize("content", [b"port = = 1", b"\xff\xfe"])
def test_damaged_file_refused(tmp_path: Path, content: bytes) -> None:
    """A file that is no TOML is named in the error."""
    path = tmp_path / "plexihub.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        read_layers(path, {})
    assert caught.value.where == str(path)


def test_unknown_key_suggests_one() -> None:
    """A mistyped key is an error with the nearest name."""
    with pytest.raises(ConfigError, match=r"Did you mean 'server\.port'"):
        config(Layers(), PORT).get("server.prot")


def test_unknown_key_may_have_default() -> None:
    """With a default in hand an unknown key is no error."""
    assert config(Layers(), PORT).get("nobody.knows", 7) == 7


def test_unknown_layers_told() -> None:
    """What no setting answers to is told, with a suggestion."""
    layers = Layers(
        file={"server.prot": 1},
        environment={"PLEXIHUB_SERVER_PRT": "1", "PLEXIHUB_DATA": "/data"},
    )
    told = config(layers, PORT).unknown(ignored=["PLEXIHUB_DATA"])
    assert told["server.prot"] == (
        "the file sets 'server.prot', which is no setting. Did you mean 'server.port'?"
    )
    assert told["PLEXIHUB_SERVER_PRT"].endswith("Did you mean 'PLEXIHUB_SERVER_PORT'?")


@pytest.mark.parametrize(
    ("key", "is_own"),
    [
        ("server.prot", True),
        ("PLEXIHUB_SERVER_PRT", True),
        ("weather.city", False),
        ("PLEXIHUB_WEATHER_CITY", False),
    ],
)
def test_sections_of_others_told_apart(key: str, *, is_own: bool) -> None:
    """A key in a section that nobody declared may be a plugin's."""
    assert config(Layers(), PORT).is_own(key) is is_own


def test_key_declared_twice_refused() -> None:
    """Two parts cannot share a key."""
    made = config(Layers(), PORT)
    with pytest.raises(ConflictError):
        made.declare([PORT])


def test_secret_value_stays_out_of_errors() -> None:
    """A secret of the wrong type is not printed."""
    secret = Setting("jwt.secret", int, 0, "Signs.", secret=True)
    with pytest.raises(ConfigError) as caught:
        config(Layers(environment={"PLEXIHUB_JWT_SECRET": "hunter2"}), secret)
    assert "hunter2" not in str(caught.value)
