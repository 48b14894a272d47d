import inspect


def on_dashboard_load(context):
    outer = inspect.stack()[1]  # caught
    return {"caller": outer.function}
