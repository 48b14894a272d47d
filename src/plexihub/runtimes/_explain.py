"""What went wrong while a trusted plugin was loaded, in words for the person who enabled it."""

from __future__ import annotations

import traceback
from pathlib import Path

from plexihub_sdk.errors import PlexiHubError, PluginLoadError


def explained(error: BaseException, root: Path, seconds: float) -> PluginLoadError:
    """Say in one sentence, with file and line, what went wrong in the plugin's code.

    Args:
        error: What its code raised.
        root: The plugin's folder or file; only places inside are named.
        seconds: The time it was given.
    """
    if isinstance(error, PluginLoadError):
        return error
    if isinstance(error, TimeoutError) and not str(error):
        return PluginLoadError(f"It did not start within {seconds:.0f} seconds.")
    if isinstance(error, SyntaxError):
        return syntax_error(error, root)
    text = error.message if isinstance(error, PlexiHubError) else _own_text(error)
    return PluginLoadError(text, where=_place(error, root), next=_advice(error))


def syntax_error(error: SyntaxError, root: Path) -> PluginLoadError:
    """Name the file and line that does not compile."""
    place = f"{_inner(error.filename or root.name, root)}:{error.lineno or 1}"
    return PluginLoadError(
        f"{place} is no valid Python: {error.msg}.",
        where=place,
        next="Correct that line, then enable or reload the plugin.",
    )


def _own_text(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _advice(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f"Install the package that has {error.name!r} beside the hub, then enable it."
    if isinstance(error, PlexiHubError) and error.next:
        return error.next
    return "Correct the plugin (the hub's log has the whole trace), then enable or reload it."


def _place(error: BaseException, root: Path) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if Path(frame.filename).is_relative_to(root)]
    return f"{_inner(inside[-1].filename, root)}:{inside[-1].lineno}" if inside else root.name


def _inner(filename: str, root: Path) -> str:
    path = Path(filename)
    if path != root and path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return path.name
