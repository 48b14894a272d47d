def on_dashboard_load(context):
    with open("/proc/version") as file:  # caught
        return {"text": file.read()}
