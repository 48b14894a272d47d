from counting import line


def on_auth_success(context, plugin):
    plugin.api.storage.increment("logins")


def on_dashboard_load(context, plugin):
    text = line(plugin.api.storage.get("logins") or 0)
    return {"custom_widgets": [{"id": "logins", "component": "Text", "props": {"text": text}}]}
