def on_dashboard_load(context):
    return {}


def on_message_creating(draft):  # caught
    draft["text"] = draft["text"].strip()
