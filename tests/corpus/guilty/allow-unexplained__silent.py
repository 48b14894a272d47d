def on_action_execute(context):
    # plexihub: allow py-exec
    return {"data": eval(context["value"])}
