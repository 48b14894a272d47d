"""Files in the chat: one person attaches them, another sees and saves them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, expect

from plexihub_sdk.ids import new_id
from tests.browser.test_chatting import open_channel

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
DROP = """(field, name) => {
    const data = new DataTransfer();
    data.items.add(new File(["dropped"], name, { type: "text/plain" }));
    const where = { dataTransfer: data, bubbles: true, composed: true };
    field.dispatchEvent(new DragEvent("drop", where));
}"""


def test_picture_and_text_reach_the_other(sign_in: Callable[..., Page], tmp_path: Path) -> None:
    """A chosen picture is shown in a fixed box, a dropped text is a card to save; both go again."""
    ada, grace = sign_in("ada", "/chat"), sign_in("grace", "/chat")
    open_channel(ada, "general")
    open_channel(grace, "general")
    text = f"two files {new_id()}"
    picture, note = f"{new_id()}.png", f"{new_id()}.txt"
    send = ada.get_by_role("button", name="Send")
    ada.locator("input[type=file]").set_input_files(
        FilePayload(name=picture, mimeType="image/png", buffer=PIXEL)
    )
    ada.get_by_label("Message", exact=True).evaluate(DROP, note)
    tray = ada.get_by_role("list", name="Files to send")
    expect(tray.get_by_role("listitem")).to_have_count(2)
    expect(tray.get_by_role("progressbar")).to_have_count(0)
    ada.get_by_label("Message", exact=True).fill(text)
    send.click()
    expect(tray).to_have_count(0)
    expect(grace.get_by_text(text)).to_have_count(1)
    image = grace.get_by_role("img", name=picture)
    expect(image).to_have_js_property("naturalWidth", 1)
    assert image.evaluate("one => one.parentElement.offsetHeight") == 180
    with grace.expect_download() as saved:
        grace.get_by_role("link", name=note).click()
    saved.value.save_as(tmp_path / "note.txt")
    assert (tmp_path / "note.txt").read_text() == "dropped"
    message = ada.locator("li.message", has_text=text)
    message.hover()
    message.get_by_role("button", name="Delete").click()
    ada.get_by_role("button", name="Delete", exact=True).click()
    expect(grace.get_by_text(text)).to_have_count(0)
    expect(grace.get_by_role("img", name=picture)).to_have_count(0)


def test_what_cannot_be_sent_is_said_and_nothing_is_lost(sign_in: Callable[..., Page]) -> None:
    """A file too large is named with the limit; one sent while offline waits and then arrives."""
    grace = sign_in("grace", "/chat")
    open_channel(grace, "general")
    field = grace.locator("input[type=file]")
    large = FilePayload(name="large.bin", mimeType="text/plain", buffer=b"x" * (25 * 2**20 + 1))
    field.set_input_files(large)
    expect(grace.get_by_text("a file may have 25 MiB at most")).to_be_visible()
    grace.context.set_offline(True)
    name = f"{new_id()}.txt"
    field.set_input_files(FilePayload(name=name, mimeType="text/plain", buffer=b"late"))
    tray = grace.get_by_role("list", name="Files to send")
    expect(tray.get_by_text("Not uploaded yet")).to_be_visible()
    expect(grace.get_by_role("button", name="Send")).to_be_disabled()
    grace.context.set_offline(False)
    expect(tray.get_by_text("4 bytes")).to_be_visible()
    grace.get_by_role("button", name="Send").click()
    expect(grace.get_by_role("link", name=name)).to_be_visible()
