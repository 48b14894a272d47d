"""Fills its memory with bytes."""


def on_dashboard_load():
    kept = [bytearray(b"x" * (10 * 1024 * 1024)) for _ in range(100)]
    return {"kept": len(kept)}
