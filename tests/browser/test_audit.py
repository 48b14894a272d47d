"""The audit page, as an administrator and an auditor work with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from plexihub.kernel.audit.record import GENESIS, write_line
from plexihub.kernel.audit.segment import Head, path_of, write_head
from plexihub.kernel.context import CORE, Actor, CallContext
from plexihub.kernel.ports import AuditEntry, Traffic
from plexihub_sdk.ids import TraceId
from tests.browser.test_accessibility import SCREENS, problems
from tests.support.hub import RunningHub, running_hub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
EVIL = "<img src=x onerror=window.owned=1><script>window.owned=1</script>"
TRACE = TraceId("t'<b title=owned>")


def write_hostile_log(folder: Path) -> None:
    """Write a log as a plugin that hates its readers would fill it."""
    outer = CallContext(actor=Actor("plugin", EVIL, EVIL), trace=TRACE).spanned()
    assert outer.span is not None
    call = AuditEntry(
        ctx=outer,
        action="gateway.call",
        target=EVIL,
        outcome="failed",
        reason=EVIL,
        rule=f"rule:{EVIL}",
        execution_ms=40.0,
        memory_mb=12.0,
        details={EVIL: EVIL},
        before={"role": "member", EVIL: EVIL},
        after={"role": "admin", EVIL: 1},
        egress=Traffic(EVIL, 2048, 10),
        span=outer.span,
    )
    inner = AuditEntry(ctx=outer, action=f"x.{EVIL}", target="javascript:window.owned=1")
    opening = AuditEntry(ctx=CallContext(actor=CORE), action="audit.open", details={"format": 2})
    folder.mkdir(parents=True)
    seq, prev = 0, GENESIS
    with path_of(folder, 1).open("wb") as file:
        for entry in (opening, inner, call):
            seq += 1
            line, prev = write_line(entry, datetime.now(UTC), seq, prev)
            file.write(line)
    write_head(folder, Head(seq, prev))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """Serve a hub whose log was hostile before."""
    data = tmp_path_factory.mktemp("audited") / "data"
    write_hostile_log(data / "audit")
    with running_hub(data) as hub:
        yield hub


@pytest.mark.checklist("A-45")
@pytest.mark.parametrize("screen", SCREENS)
def test_hostile_record_is_shown_as_text(
    sign_in: Callable[..., Page], hub: RunningHub, screen: str
) -> None:
    """Row, details, timeline and tooltips show what was recorded; nothing of it runs."""
    page = sign_in("ada", "/admin/audit?action=gateway.call&outcome=failed", **SCREENS[screen])
    page.get_by_role("button", name="Record 3,").click()
    detail = page.locator("audit-detail")
    expect(detail.get_by_label("Timeline of the trace")).to_contain_text("x.<img")
    expect(detail).to_contain_text("2.0 KiB sent")
    expect(detail).to_contain_text("rule:<img")
    expect(detail.get_by_role("row", name="role")).to_contain_text("member")
    assert page.evaluate("window.owned") is None
    assert problems(page) == []
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("record="))


def test_filters_stand_in_the_address(sign_in: Callable[..., Page], hub: RunningHub) -> None:
    """A filtered view and an open record can be sent to somebody."""
    page = sign_in("ada", "/admin/audit")
    page.get_by_label("Search").fill("weath")
    expect(page).to_have_url(re.compile(r"q=weath"))
    expect(page.locator("audit-record").first).to_contain_text("weather")
    page.get_by_label("Outcome").select_option("crashed")
    expect(page.get_by_text("Nothing fits these filters.")).to_be_visible()
    page.goto(f"{hub.url}/admin/audit?q=weath&record=3")
    expect(page.locator("audit-detail")).to_contain_text("gateway.call")
    page.goto(f"{hub.url}/admin/audit?record=99999999")
    expect(page.locator("audit-detail")).to_contain_text("There is no audit record 99999999")


def test_what_comes_is_counted_and_moves_nothing(
    sign_in: Callable[..., Page], hub: RunningHub
) -> None:
    """New records are offered; the rows under the pointer stay until they are asked for."""
    page = sign_in("ada", "/admin/audit?action=user.login")
    first = page.locator("audit-record").first
    expect(first).to_be_visible()
    before = first.bounding_box()
    number = first.get_by_role("button").get_attribute("aria-label")
    hub.client("grace").close()
    fresh = page.get_by_role("button", name="Show 1 new")
    expect(fresh).to_be_visible()
    assert first.bounding_box() == before
    assert first.get_by_role("button").get_attribute("aria-label") == number
    fresh.click()
    expect(first).to_contain_text("grace")


def test_chain_is_verified_and_exported(
    sign_in: Callable[..., Page], hub: RunningHub, tmp_path: Path
) -> None:
    """The verdict is a sentence; an export has what the filters leave."""
    page = sign_in("ada", "/admin/audit?action=user.login")
    page.get_by_role("button", name="Verify").click()
    expect(page.get_by_text("The chain is whole")).to_be_visible()
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_text("OCSF events").click()
    download.value.save_as(tmp_path / "audit.jsonl")
    events = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    assert {one["class_uid"] for one in events} == {3002}


def test_auditor_sees_the_audit_alone(sign_in: Callable[..., Page], hub: RunningHub) -> None:
    """Of administration, the navigation of an auditor has one page, and it works."""
    admin = hub.client("ada")
    assert admin.request("PATCH", "/users/tomas", json={"role": "auditor"}).status_code == 200
    page = sign_in("tomas", "/admin/audit")
    expect(page.locator("audit-record").first).to_be_visible()
    links = page.get_by_role("navigation").get_by_role("link")
    names = [name.strip() for name in links.all_inner_texts()]
    assert "Audit" in names
    assert not {"Plugins", "Roles", "Settings", "Backups", "Jobs"} & set(names)
