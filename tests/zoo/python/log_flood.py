"""Writes far more to the log than anyone reads."""


def on_dashboard_load():
    for line in range(20_000):
        print("noise", line, "x" * 100)
    return {"done": True}
