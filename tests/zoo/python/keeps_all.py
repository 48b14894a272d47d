"""Keeps every payload that it was ever given."""

kept = []


def on_dashboard_load(payload):
    kept.append(dict(payload))
    return {"kept": len(kept)}
