PLUGIN = {
    "id": "settings-with-secret",
    "version": "1.0.0",
    "settings": {
        "type": "object",
        "properties": {"apiKey": {"type": "string", "writeOnly": True, "title": "Key of the service"}},
    },
}


def on_dashboard_load(context, plugin):
    return {"ready": plugin.api.settings.get()["apiKey"]}
