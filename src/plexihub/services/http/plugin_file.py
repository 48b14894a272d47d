"""`/plugins/<id>/<file>`: the files that a plugin gave to pages, for people who are signed in."""

from __future__ import annotations

from plexihub.services.http.answer import Answer
from plexihub.services.http.call import Call
from plexihub.services.http.static import ASK_AGAIN, cached
from plexihub.services.ui import PluginFiles
from plexihub_sdk.errors import NotFoundError

FILES = "/plugins/"


def plugin_file(files: PluginFiles, call: Call) -> Answer:
    """Answer a file.

    Raises:
        AuthenticationError: Nobody is signed in.
        NotFoundError: No plugin that is enabled named such a file.
    """
    call.require_user()
    plugin, _, name = call.path.removeprefix(FILES).partition("/")
    file = files.find(plugin, name)
    if file is None:
        raise NotFoundError(f"There is no file {call.path!r}.", where=call.path)
    return cached(call, file.data, file.content_type, ASK_AGAIN)


def plugin_of(path: str) -> str:
    """Tell whose file is at a path."""
    return path.removeprefix(FILES).partition("/")[0]
