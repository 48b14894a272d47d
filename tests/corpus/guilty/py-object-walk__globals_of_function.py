import json

tools = json.dumps.__globals__  # caught


def on_dashboard_load(context):
    return {"names": sorted(tools)}
