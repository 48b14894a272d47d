"""Where settings come from before the hub runs: `plexihub.toml`, `PLEXIHUB_*` and flags."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from plexihub_sdk.errors import ConfigError

PREFIX = "PLEXIHUB_"
Source = Literal["default", "file", "environment", "flag", "stored"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """What the layers below the stored settings say.

    Args:
        file: Dotted key to the value that the file has.
        environment: Name of the variable, such as `PLEXIHUB_SERVER_PORT`, to its text.
        flags: Dotted key to a value or its text.
        path: The file, for messages.
    """

    file: Mapping[str, Any] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    flags: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None


def variable(key: str) -> str:
    """Name the environment variable of a setting: `server.port` -> `PLEXIHUB_SERVER_PORT`."""
    return PREFIX + key.upper().replace(".", "_").replace("-", "_")


def read_file(path: Path) -> dict[str, Any]:
    """Read a TOML file whose nested tables become dotted keys; empty where it does not exist.

    Raises:
        ConfigError: It cannot be read or is no TOML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The settings file cannot be read: {error}", where=str(path)) from error
    try:
        return dict(_flatten(tomllib.loads(text)))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"The settings file is no valid TOML: {error}.", where=str(path)
        ) from error


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def read_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Pick the hub's variables from an environment."""
    return {name: text for name, text in environ.items() if name.startswith(PREFIX)}


def read_layers(
    path: Path, environ: Mapping[str, str], flags: Mapping[str, Any] | None = None
) -> Layers:
    """Read every layer below the stored settings.

    Raises:
        ConfigError: The file cannot be read or is no TOML.
    """
    return Layers(
        file=read_file(path),
        environment=read_environment(environ),
        flags=dict(flags or {}),
        path=path,
    )
