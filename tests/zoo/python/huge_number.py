"""Answers with a number that no other language reads exactly, and with one that is none."""


def on_dashboard_load():
    return {"number": 2**53}


def on_data_fetch():
    return {"number": float("nan")}


def on_action_execute():
    return {"number": 2**53 - 1, "text": "9" * 40}
