"""Answers with lists inside one another."""


def nested(levels):
    value = []
    for _ in range(levels):
        value = [value]
    return {"nested": value}


def on_dashboard_load():
    return nested(62)


def on_data_fetch():
    return nested(63)


def on_action_execute():
    return nested(20_000)
