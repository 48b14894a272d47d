import ctypes  # caught


def on_dashboard_load(context):
    libc = ctypes.CDLL(None)
    return {"custom_widgets": [{"id": "p", "component": "Text", "props": {"text": str(libc.getpid())}}]}
