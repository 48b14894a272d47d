def on_dashboard_load(context):
    return {}
