"""Greets whoever opens a dashboard."""

PLUGIN = {"id": "greeting", "version": "1.0.0", "permissions": ["ui:render"]}


def on_dashboard_load(context):
    return {"custom_widgets": [{"id": "hi", "component": "Text", "props": {"text": "Good day"}}]}
