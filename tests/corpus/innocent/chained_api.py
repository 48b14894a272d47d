PLUGIN = {"id": "chained-api", "version": "1.0.0", "permissions": ["storage:own", "events:emit"]}


async def on_auth_success(context, plugin):
    api = plugin.api
    count = await api.storage.increment("logins")
    await api.emit("counted", {"count": count})
