"""Limits of all and of one, and what is recorded of those that were reached."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexihub.cli.limit import Wanted
from plexihub.kernel.config import ConfigManager, Layers
from plexihub.kernel.context import OPERATOR, CallContext
from plexihub.kernel.limits import LIMITS, Breach, LimitBook, Limits
from plexihub.kernel.limits.book import QUIET_SECONDS, limit_settings
from plexihub.kernel.limits.overrides import read_overrides, write_overrides
from plexihub.kernel.limits.table import CHANGEABLE
from plexihub.kernel.ownership import Ownership
from plexihub_sdk.errors import ConfigError, InputError
from plexihub_sdk.ids import PluginId
from tests.fakes.stores import MemoryAudit, MemoryConfigStore

pytestmark = pytest.mark.anyio
ADMIN = CallContext(actor=OPERATOR)
HELLO, OTHER = PluginId("hello"), PluginId("other")
PAGE = Path(__file__).parents[4] / "docs" / "limits.md"


@pytest.fixture
async def config(audit: MemoryAudit) -> ConfigManager:
    """Give settings without a hub."""

    async def unasked(_hook: str, payload: dict[str, object], _ctx: object) -> dict[str, object]:
        return payload

    manager = ConfigManager(
        Ownership(),
        audit,
        layers=Layers(),
        intercept=unasked,
        publish=lambda _name, _data, _ctx: None,
    )
    manager.declare(limit_settings())
    await manager.start(MemoryConfigStore({}))
    return manager


@pytest.fixture
def now() -> list[float]:
    """Give a clock's hand."""
    return [0.0]


@pytest.fixture
def book(config: ConfigManager, audit: MemoryAudit, now: list[float]) -> LimitBook:
    """Give a book with that clock."""
    return LimitBook(config, audit, clock=lambda: now[0])


async def test_one_plugin_has_its_own_and_all_others_the_default(
    book: LimitBook, config: ConfigManager
) -> None:
    """A setting counts for all at once, an override before it, and taking it back undoes it."""
    assert book.of(HELLO) == Limits()
    await book.change(HELLO, {"memory_mb": 80, "cpu_percent": 12.5}, ADMIN)
    await config.change("plugins.memory_mb", 60, ADMIN)
    assert (book.of(HELLO).memory_mb, book.of(HELLO).cpu_percent) == (80, 12.5)
    assert (book.of(OTHER).memory_mb, book.of(OTHER).cpu_percent) == (60, 10.0)
    await book.change(HELLO, {"memory_mb": None}, ADMIN)
    assert (book.of(HELLO).memory_mb, book.of(HELLO).cpu_percent) == (60, 12.5)
    await book.forget(HELLO, ADMIN)
    assert book.of(HELLO) == book.of(OTHER)


async def test_breach_is_recorded_once_a_minute_and_counted_always(
    book: LimitBook, audit: MemoryAudit, now: list[float]
) -> None:
    """The record has what was measured and allowed; other limits have records of their own."""
    slowed = Breach(
        limit="cpu_percent", measured=6.25, allowed=10.0, did="slowed", reason="wants more"
    )
    for moment in (0.0, 1.0, QUIET_SECONDS - 1, QUIET_SECONDS + 1):
        now[0] = moment
        book.note(HELLO, slowed)
    book.note(HELLO, dataclasses.replace(slowed, limit="memory_mb", did="killed"))
    assert audit.outcomes("plugin.limit") == [("hello", "denied")] * 3
    entry = next(one for one in audit.entries if one.action == "plugin.limit")
    assert entry.details == {
        "limit": "cpu_percent",
        "measured": 6.25,
        "allowed": 10.0,
        "unit": "%",
        "did": "slowed",
    }
    assert book.breaches[HELLO, "cpu_percent", "slowed"] == 4


@pytest.mark.parametrize(
    "entry",
    ["hello", "hello.memory_mb", "hello.memory_mb=lots", "hello.size=1", "hello.memory_mb=1e9"],
)
async def test_wrong_entry_of_the_setting_is_refused(config: ConfigManager, entry: str) -> None:
    """What names no limit, or is out of bounds, is not kept."""
    with pytest.raises(ConfigError):
        await config.change("plugins.limits", [entry], ADMIN)
    assert config.get("plugins.limits") == []


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9-]{0,20}[a-z0-9]", fullmatch=True).filter(
            lambda name: "--" not in name
        ),
        st.fixed_dictionaries(
            {"memory_mb": st.integers(8, 4096), "cpu_percent": st.integers(10, 4000)}
        ),
        max_size=5,
    )
)
def test_overrides_are_read_as_they_were_written(values: dict[str, dict[str, int]]) -> None:
    """Whatever is allowed to whom, the setting keeps it."""
    wanted = {
        PluginId(name): {"memory_mb": one["memory_mb"], "cpu_percent": one["cpu_percent"] / 10}
        for name, one in values.items()
    }
    assert read_overrides(write_overrides(wanted)) == wanted


def test_every_limit_is_said_everywhere() -> None:
    """The table, what is handed on, the command's options and the documentation agree."""
    names = [limit.name for limit in CHANGEABLE]
    assert sorted(names) == sorted(field.name for field in dataclasses.fields(Limits))
    assert sorted(names) == sorted(field.name for field in dataclasses.fields(Wanted))
    for limit in CHANGEABLE:
        assert getattr(Limits(), limit.name) == limit.default
        assert limit.accept(limit.default) == limit.default
    text = PAGE.read_text(encoding="utf-8")
    for limit in LIMITS.values():
        row = next(line for line in text.splitlines() if f"`{limit.name}`" in line)
        assert re.search(rf"\b{limit.default:,}\b".replace(".0", ""), row), limit.name


def test_limit_of_the_protocol_cannot_be_changed() -> None:
    """It is the same for hub and guest."""
    with pytest.raises(InputError, match="the same for every plugin"):
        LIMITS["in_flight"].accept(65)
