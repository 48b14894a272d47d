import base64
import pickle


def on_request(request):
    state = pickle.loads(base64.b64decode(request["body"]))  # caught
    return {"json": state}
