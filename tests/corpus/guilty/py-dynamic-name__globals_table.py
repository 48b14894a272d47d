def on_action_execute(context):
    handler = globals()[context["action"]]  # caught
    return handler(context)
