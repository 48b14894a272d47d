"""Fills its memory with objects."""


def on_dashboard_load():
    kept = []
    while True:
        kept.append([{"some": "thing"} for _ in range(10_000)])
