"""The page of settings tells what the hub has, no more and no less."""

from tools.configuration import PAGE, every_setting, page_now


def test_page_of_settings_is_up_to_date() -> None:
    """Its table is what the tool makes of the settings now; each of them is explained."""
    assert page_now() == PAGE.read_text(encoding="utf-8"), "run: make generate"
    assert [one.key for one in every_setting() if not (one.doc and one.title)] == []
