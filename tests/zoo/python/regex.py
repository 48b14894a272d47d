"""Matches a pattern that takes longer than the world."""

import re


def on_dashboard_load():
    return {"found": bool(re.match(r"(a+)+$", "a" * 64 + "b"))}
