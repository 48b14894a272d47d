from plexihub_sdk.guest import channel  # caught


def on_dashboard_load(context):
    return {"channel": str(channel)}
