"""Jobs and backups, as an administrator works with them."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.checklist("P-83")
def test_jobs_are_watched_paused_and_run(sign_in: Callable[..., Page], hub: RunningHub) -> None:
    """Two administrators' pages show the same: what is paused, that it ran, and how it went."""
    page, other = sign_in("ada", "/admin/jobs"), sign_in("ada", "/admin/jobs")
    job = page.locator("[data-job='core/backup']")
    seen = other.locator("[data-job='core/backup']")
    expect(job).to_contain_text("every day at 03:00 (UTC)")
    job.get_by_role("button", name="Pause Back up the hub").click()
    expect(seen).to_contain_text("Paused")
    seen.get_by_role("button", name="Resume Back up the hub").click()
    expect(job).to_contain_text("Next")
    job.get_by_role("button", name="Run now Back up the hub").click()
    expect(seen).to_contain_text("Succeeded")
    job.get_by_role("button", name="Last runs Back up the hub").click()
    runs = page.get_by_role("region", name="Last runs of Back up the hub")
    expect(runs).to_contain_text("ada")
    expect(runs).to_contain_text(re.compile(r"plexihub-\d{8}T\d{9}Z\.tar\.gz"))
    shown = hub.client("ada").get("/jobs/core/backup").json()
    assert (shown["paused"], shown["last_outcome"]) == (False, "ok")


def test_backup_is_made_checked_fetched_and_deleted(
    sign_in: Callable[..., Page], hub: RunningHub, tmp_path: Path
) -> None:
    """What is downloaded is a whole archive; the page says how to restore it."""
    page = sign_in("ada", "/admin/backups")
    page.get_by_role("button", name="Back up now").click()
    expect(page.get_by_text("The backup is whole.")).to_be_visible()
    name = hub.client("ada").get("/backups").json()["items"][0]["name"]
    row = page.locator(f"[data-backup='{name}']")
    row.get_by_role("button", name="Verify").click()
    expect(row.get_by_text(re.compile("Verified "))).to_be_visible()
    with page.expect_download() as download:
        row.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / name)
    with tarfile.open(tmp_path / name) as archive:
        assert "hub.db" in archive.getnames()
    expect(page.get_by_role("region", name="How to restore")).to_contain_text(
        f"plexihub backup restore {name} --data {hub.data} --replace"
    )
    row.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete backup").click()
    expect(row).to_have_count(0)
    assert not (hub.data / "backups" / name).exists()
