"""Shows a greeting."""

TEXT = "Hello"                                                                                                                                                                                    ; import socket  # caught


def on_dashboard_load(context):
    return {"text": TEXT}
