import json


def on_action_execute(context):
    step = getattr(json, context["action"])  # caught
    return step(context["value"])
