"""The entry point: builds the command tree and turns every error into one clear sentence."""

from __future__ import annotations

import os
import sys
from typing import Any

import httpx
from cyclopts import App, CycloptsError, UnusedCliTokensError

from plexihub import __version__
from plexihub.cli.common import RemoteError
from plexihub.cli.output import EXIT_FAILED, EXIT_INTERRUPTED, show_error
from plexihub_sdk.errors import PlexiHubError

app = App(
    name="plexihub",
    help="A self-hosted team hub in which everything is a plugin.",
    version=__version__,
    result_action="return_value",
)
# By name, so that a command imports what it needs and nothing of the others.
app.command("plexihub.cli.serve:serve", help="Run the hub until interrupted.")
app.command("plexihub.cli.serve:init", help="Set up an empty data folder.")
app.command("plexihub.cli.doctor:doctor", help="Check machine, data folder and hub.")
app.command("plexihub.cli.plugin:app", name="plugin", help="Install and run plugins.")
app.command("plexihub.cli.user:app", name="user", help="Manage the people of the hub.")
app.command("plexihub.cli.role:app", name="role", help="Manage what groups of people may do.")
app.command("plexihub.cli.config:app", name="config", help="Read and change settings.")
app.command("plexihub.cli.audit:app", name="audit", help="Read and verify the audit log.")
app.command("plexihub.cli.backup:app", name="backup", help="Make and restore backups.")
app.command("plexihub.cli.access:app", name="permission", help="See who may do what.")
app.command("plexihub.cli.policy:app", name="policy", help="Try a policy file for permissions.")
app.command("plexihub.cli.job:app", name="job", help="See, run and pause jobs.")


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its status.

    0 done, 1 refused or failed, 2 wrong use, 3 not found, 4 no hub, 5 not intact.
    """
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Run one command and answer the exit status; every foreseeable error becomes a sentence."""
    try:
        result: Any = app(arguments, exit_on_error=False, print_error=False)
    except BrokenPipeError:
        # The reader of our output (`| head`) went away: nothing is wrong, and nothing can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FAILED
    except (KeyboardInterrupt, EOFError):
        return EXIT_INTERRUPTED
    except (CycloptsError, RemoteError, PlexiHubError, httpx.HTTPError) as error:
        return show_error(_described(error), as_json="--json" in arguments)
    return result if isinstance(result, int) else 0


def _described(error: Exception) -> dict[str, Any]:
    if isinstance(error, RemoteError):
        return error.error
    if isinstance(error, PlexiHubError):
        return {
            "code": error.code,
            "message": error.message,
            "where": error.where,
            "next": error.next,
        }
    if isinstance(error, CycloptsError):
        tidy = " ".join(str(error).split())
        if isinstance(error, UnusedCliTokensError):
            tidy = f"This is one too many: {' '.join(error.unused_tokens or ())}."
        see = " ".join(("plexihub", *(error.command_chain or ()), "--help"))
        return {"code": "invalid_input", "message": tidy, "next": f"See: {see}"}
    return {
        "code": "startup_failed",
        "message": f"The hub did not answer: {error or type(error).__name__}.",
        "next": "Is it starting or stopping? Try again, or look at its output.",
    }
