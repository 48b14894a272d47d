"""The central service locator."""

import pytest

from plexihub.kernel.context import owner
from plexihub.kernel.locator import ServiceLocator
from plexihub.kernel.ownership import Ownership
from plexihub_sdk.errors import ConflictError, NotFoundError
from plexihub_sdk.ids import PluginId


@pytest.fixture
def services(ownership: Ownership) -> ServiceLocator:
    """Give an empty locator."""
    return ServiceLocator(ownership)


@pytest.mark.checklist("P-06")
def test_known_name_answers_live_object(services: ServiceLocator) -> None:
    """What was registered is what is answered, not a copy."""
    service = object()
    services.register("users", service)
    assert services.get("users") is service


@pytest.mark.checklist("P-06")
def test_unknown_name_suggests_one(services: ServiceLocator) -> None:
    """The error names the nearest service and lists those there are."""
    services.register("users", object())
    with pytest.raises(NotFoundError, match="Did you mean 'users'") as caught:
        services.get("user")
    assert caught.value.next == "Services: users."


def test_taken_name_refused(services: ServiceLocator) -> None:
    """Nobody replaces a service behind another's back."""
    services.register("users", 1)
    with pytest.raises(ConflictError):
        services.register("users", 2)
    assert services.get("users") == 1


def test_plugin_service_goes_with_it(services: ServiceLocator, ownership: Ownership) -> None:
    """A service that a plugin offers ends with the plugin."""
    token = owner.set(PluginId("notes"))
    services.register("notes", object())
    owner.reset(token)
    ownership.drop(PluginId("notes"))
    assert services.names() == []
