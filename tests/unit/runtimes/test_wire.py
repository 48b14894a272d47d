"""Errors in frames: every class has a form, and comes back as itself."""

from __future__ import annotations

import pytest

from plexihub.services.http.errors import CsrfError
from plexihub_sdk.errors import PermissionDenied, PlexiHubError, Veto
from plexihub_sdk.wire import crossing_errors, decode_error, encode_error


@pytest.mark.parametrize("cls", crossing_errors().values(), ids=crossing_errors())
def test_error_crosses_the_wall_as_itself(cls: type[PlexiHubError]) -> None:
    """Class, message, place and advice survive."""
    error = cls("data:read") if cls is PermissionDenied else cls("It is wrong.")
    again = decode_error(encode_error(error))
    assert type(again) is cls
    assert (again.message, again.where, again.next) == (error.message, error.where, error.next)


def test_permission_and_plugin_are_kept() -> None:
    """What a handler looks at is there."""
    denied = decode_error(encode_error(PermissionDenied("data:write", where="data.query")))
    assert isinstance(denied, PermissionDenied)
    assert (denied.permission, denied.where) == ("data:write", "data.query")
    veto = decode_error(encode_error(Veto("no", plugin="strict")))
    assert isinstance(veto, Veto)
    assert (veto.reason, veto.plugin) == ("no", "strict")


def test_host_error_is_not_made_by_a_guest() -> None:
    """A guest that names one of the host's own errors gets the plain one."""
    assert type(decode_error({"code": CsrfError.code, "message": "Let me in."})) is PlexiHubError


def test_unknown_code_is_still_an_error() -> None:
    """A code from the future is told as it stands."""
    assert type(decode_error({"code": "new", "message": "What?"})) is PlexiHubError
