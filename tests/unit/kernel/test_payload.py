"""Whatever a handler leaves in the payload of a hook of the catalogue has the declared types."""

from collections.abc import Callable
from typing import Any, get_type_hints

import pytest

from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ownership import Ownership
from plexihub.kernel.payload import PayloadError, empty_value, problem_of
from plexihub_sdk.errors import Veto
from plexihub_sdk.hooks import HOOKS
from plexihub_sdk.ids import PluginId
from tests.fakes.world import Failures

pytestmark = pytest.mark.anyio
Payload = dict[str, Any]


def sample(name: str) -> Payload:
    """Make the smallest payload that a hook can have."""
    hints = get_type_hints(HOOKS[name].payload)
    return {key: empty_value(hint) for key, hint in hints.items()}


def _mistype(payload: Payload) -> None:
    key = next(key for key, value in payload.items() if value is not None)
    payload[key] = object()


def _empty(payload: Payload) -> None:
    payload.clear()


def _answer_wrongly(payload: Payload) -> Any:
    return list(payload)


SPOILERS: tuple[Callable[[Payload], Any], ...] = (_mistype, _empty, _answer_wrongly)


@pytest.mark.parametrize("name", HOOKS)
async def test_wrong_payload_is_refused_naming_the_plugin(
    name: str, failures: Failures, ownership: Ownership
) -> None:
    """It is that handler's failure: nothing of it is used, and its plugin's health shows it."""
    noted: list[tuple[str, bool]] = []
    hooks = HookTable(
        ownership, failures, lambda plugin, _name, _ms, error: noted.append((plugin, bool(error)))
    )
    assert problem_of(name, sample(name)) == ""
    optional = not HOOKS[name].payload.__required_keys__
    for spoil in SPOILERS:
        if spoil is _empty and optional:
            continue
        undo = hooks.add(name, spoil, owner=PluginId("clumsy"))
        payload = sample(name)
        if HOOKS[name].on_failure == "closed":
            with pytest.raises(Veto, match="clumsy"):
                await hooks.call(name, payload)
        else:
            assert await hooks.call(name, payload) == sample(name)
        undo()
    assert {plugin for _name, plugin, _error in failures.seen} == {"clumsy"}
    assert len(failures.seen) == 3 - optional
    assert all(isinstance(error, PayloadError) for _name, _plugin, error in failures.seen)
    assert all("clumsy" in str(error) and name in str(error) for *_ids, error in failures.seen)
    assert noted.count(("clumsy", True)) == 3 - optional
