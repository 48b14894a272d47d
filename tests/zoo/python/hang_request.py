"""Waits in plain code for an answer that the hub does not give."""


def on_dashboard_load(context, plugin):
    return plugin.api.call("never.answered")
