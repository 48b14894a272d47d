"""Looks for a class that opens files."""


def on_dashboard_load(context):
    for kind in ().__class__.__base__.__subclasses__():  # caught
        if kind.__name__ == "FileIO":
            return {"found": str(kind)}
