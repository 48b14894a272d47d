"""Answers with what is small to say and large to keep: a million empty lists."""


def on_dashboard_load():
    return {"lists": [[]] * 1_000_000}
