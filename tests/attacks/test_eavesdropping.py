"""A stranger's plugin that listens to every action hears none that is meant for another plugin."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexihub.services.query.redaction import without_values
from tests.attacks.conftest import Target
from tests.support.guests import Room

pytestmark = pytest.mark.anyio
SPY = """
onActionExecute: (heard: any) => ({ result: { spy: heard } }),
"""
VICTIM = """
onActionExecute: ({ action, context }: any) => ({ result: { action, context } }),
"""


async def calls_of(target: Target, plugin: str) -> int:
    """Count the calls of a plugin that stand in the audit."""
    found = await target.records("plugin.execution")
    return sum(record.actor.id == plugin for record in found)


async def test_words_for_another_plugin_are_not_heard(target: Target, tmp_path: Path) -> None:
    """What is typed after a trusted plugin's command goes to that plugin, and to no stranger's."""
    room = await Room(target, tmp_path).open()
    await room.guest("spy", SPY, permissions=[])
    answer = await room.type("bob", "/help my password is hunter2")
    assert answer.is_success, answer.text
    assert "spy" not in answer.text
    assert await calls_of(target, "spy") == 0


async def test_action_that_names_its_plugin_is_that_plugins(target: Target, tmp_path: Path) -> None:
    """`POST /api/v1/actions` with a plugin's id before the action asks this plugin alone."""
    room = await Room(target, tmp_path).open()
    await room.guest("spy", SPY, permissions=[])
    await room.guest("to-do", VICTIM, permissions=[])
    for spelled in ("to-do.add", "to_do.add"):
        context = {"text": "secret", "source": "message", "userId": "ada"}
        done = await room.post("bob", "/actions", action=spelled, payload=context)
        assert done["result"]["action"] == spelled
        assert done["result"]["context"]["text"] == "secret"
        assert "source" not in done["result"]["context"]
        assert done["result"]["context"]["userId"] != "ada"
    assert await calls_of(target, "spy") == 0
    assert await calls_of(target, "to-do") == 2
    # An action of nobody's is still for everybody who listens, as the design has it.
    await room.post("bob", "/actions", action="add")
    assert (await calls_of(target, "spy"), await calls_of(target, "to-do")) == (1, 3)
    stranger = await target.client().post("/api/v1/actions", json={"action": "to-do.add"})
    assert stranger.status_code == 401


@pytest.mark.parametrize(
    ("sql", "kept"),
    [
        ("SELECT a1 FROM t WHERE b = 's''ecret' LIMIT 10", "SELECT a1 FROM t WHERE b = … LIMIT …"),
        ('SELECT "t"."a" FROM t WHERE a = $1', 'SELECT "t"."a" FROM t WHERE a = $1'),
        ('SELECT "my secret", `a secret`, [a secret]', "SELECT …, …, …"),
        ("SELECT 'secret that never ends", "SELECT …"),
        ("SELECT a -- secret\n/* secret */ FROM t /* secret", "SELECT a …\n… FROM t …"),
        ("SELECT x'5ec3e7', E'secret', -1.5e+9, .5, 0x5EC3E7", "SELECT …, …, -…, …, …"),
    ],
)
def test_no_value_of_a_statement_goes_on_record(sql: str, kept: str) -> None:
    """The audit has a statement's shape; what somebody wrote in it is not for its readers."""
    assert without_values(sql) == kept
