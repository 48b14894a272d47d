signal = "green"
process = ["boil", "cool", "bottle"]
thread = {"id": "t1"}


def on_dashboard_load(context):
    return {"steps": process, "signal": signal, "thread": thread["id"]}
