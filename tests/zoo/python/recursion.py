"""Calls itself without an end."""


def on_dashboard_load():
    return on_dashboard_load()
