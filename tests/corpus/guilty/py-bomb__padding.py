def on_dashboard_load(context):
    return {"text": "x" * 10**9}  # caught
