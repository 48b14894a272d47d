try:
    import orjson as json
except ImportError:
    import json


def dump(value):
    return json.dumps(value)
