"""`pickle` is a vegetable here."""

pickle = {"kind": "gherkin", "jar": 3}


def on_dashboard_load(context):
    return {"jar": pickle["jar"]}
