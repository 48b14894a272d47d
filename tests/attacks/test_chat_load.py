"""Five hostile plugins in a hub in which people chat: nothing is lost, and nobody waits long."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from tests.support.chat_load import A_SECOND, NAMES, Round, chat_load, stored
from tests.support.hub import running_hub

pytestmark = [pytest.mark.anyio, pytest.mark.sandbox]
ROUNDS = 2
#: Longer than a call may take: those who hang are to be ended within it.
ROUND_SECONDS = 7.0
#: The machine of a test is busy with others, too; `python -m bench chat_load` measures it in quiet.
WORST_MS = 10_000.0


@pytest.mark.checklist("A-05", "A-23")
@pytest.mark.timeout(180)
async def test_five_hostile_plugins_beside_a_chat_lose_no_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every message that was acknowledged is stored, and told to everybody who listens."""
    quiet: list[Round] = []
    loud: list[Round] = []
    with running_hub(tmp_path / "data") as hub:
        before = hub.process.pid
        async with chat_load(hub, tmp_path / "sources") as load:
            await load.chat(1.0)
            for _ in range(ROUNDS):
                quiet.append(await load.chat(ROUND_SECONDS))
                async with load.hostile():
                    loud.append(await load.chat(ROUND_SECONDS))
            ids = {one for each in (*quiet, *loud) for one in each.acknowledged}
            missing = await load.delivered(ids)
            failed = {}
            for name in NAMES:
                shown = (await load.admin.get(f"/plugins/{name}")).json()
                failed[name] = shown["health"]["deaths"] + load.again[name]
        assert hub.process.poll() is None
        assert hub.process.pid == before
    own, beside = (statistics.median(one.p99_ms for one in each) for each in (quiet, loud))
    with capsys.disabled():
        middle = [f"{statistics.median(o.median_ms for o in each):.1f}" for each in (quiet, loud)]
        print(  # noqa: T201 - the figure is what one looks for
            f"\nchat p99 alone {own:.1f} ms, beside five hostile plugins {beside:.1f} ms,"
            f" ratio {beside / own:.2f}; medians {' and '.join(middle)} ms; ended {failed}"
        )
    assert [one.refused for one in (*quiet, *loud)] == [[]] * 2 * ROUNDS
    assert len(ids) == 2 * ROUNDS * int(ROUND_SECONDS * A_SECOND)
    assert missing == [set()] * len(missing)
    assert ids <= stored(hub.data)
    # They did what they are for: but for the one that is merely slowed, each came to an end.
    assert all(failed[name] > 0 for name in NAMES if name != "burns")
    assert beside < WORST_MS
