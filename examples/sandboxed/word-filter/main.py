"""Looks through every message before it is stored: masks some words, refuses others."""

from plexihub_sdk import Veto

from .words import WordList

words = WordList.read("words.txt")
counts = {"masked": 0, "refused": 0}


def on_message_creating(draft):
    draft["text"] = checked(draft["text"])


def on_message_updating(draft):
    if "text" in draft["changes"]:
        draft["changes"]["text"] = checked(draft["changes"]["text"])


def on_dashboard_load():
    widget = {
        "id": "filtered",
        "component": "Stat",
        "title": "Word filter",
        "props": {
            "label": "messages masked",
            "value": counts["masked"],
            "hint": f"{counts['refused']} refused",
        },
    }
    return {"custom_widgets": [widget]}


def checked(text):
    refused = words.refused_in(text)
    if refused:
        counts["refused"] += 1
        raise Veto(f"“{refused}” is not said here.")
    masked = words.mask(text)
    counts["masked"] += masked != text
    return masked
