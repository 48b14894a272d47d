import os


def on_dashboard_load(context):
    return {"keys": [name for name in os.environ if "KEY" in name]}  # caught
