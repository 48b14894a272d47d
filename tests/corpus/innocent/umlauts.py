"""Grüße in vielen Sprachen, auch von rechts nach links: שלום, مرحبا."""

GRÜSSE = {"de": "Grüß Gott", "he": "שלום", "ar": "مرحبا", "ru": "Здравствуйте", "ja": "こんにちは"}


def on_dashboard_load(context):
    return {"text": GRÜSSE["ru"]}
