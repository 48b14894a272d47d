import base64

DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


def on_request(request):
    return {"body": base64.b64encode(DOT).decode(), "base64": True}
