"""What a plugin registered is taken back, whoever holds the undo."""

from functools import partial

from plexihub.kernel.context import owner
from plexihub.kernel.ownership import Ownership
from plexihub_sdk.ids import PluginId

NOTES = PluginId("notes")


def test_drop_takes_back_last_first(ownership: Ownership) -> None:
    """Registrations are taken back in reverse, each once."""
    seen: list[int] = []
    undos = [ownership.note(partial(seen.append, number), NOTES) for number in range(3)]
    undos[1]()
    assert ownership.drop(NOTES) == []
    undos[2]()
    assert (seen, ownership.count(NOTES)) == ([1, 2, 0], 0)


def test_bad_undo_keeps_no_other(ownership: Ownership) -> None:
    """An undo that fails is told, and the rest is taken back."""
    seen: list[int] = []
    ownership.note(lambda: seen.append(1), NOTES)
    ownership.note(partial(seen.index, 7), NOTES)  # type: ignore[arg-type] # it fails
    assert ownership.drop(NOTES) == ["taking back a registration failed: 7 is not in list"]
    assert seen == [1]


def test_owner_is_whose_code_runs(ownership: Ownership) -> None:
    """Without a name it is the plugin whose code runs; the core's own is nobody's."""
    token = owner.set(NOTES)
    ownership.note(lambda: None)
    owner.reset(token)
    ownership.note(lambda: None)
    assert ownership.count(NOTES) == 1
