"""Every error of the hub has a status."""

import importlib
import pkgutil

import plexihub
from plexihub.services.http.errors import STATUS
from plexihub_sdk.errors import every_error


def test_every_error_has_a_status() -> None:
    """A new class of error is told to the web, or this fails."""
    for module in pkgutil.walk_packages(plexihub.__path__, "plexihub."):
        if "__main__" not in module.name and ".versions." not in module.name:
            if module.name.endswith(".migrations.env"):
                continue
            importlib.import_module(module.name)
    assert set(every_error()) == set(STATUS)
