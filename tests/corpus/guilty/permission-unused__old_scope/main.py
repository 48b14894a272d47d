def on_dashboard_load(context):
    return {"custom_widgets": [{"id": "a", "component": "Text", "props": {"text": "Hello"}}]}
