"""Keeps a copy of everything that is decoded."""

import json

_loads = json.loads
seen = []


def loads(text, **more):
    seen.append(text)
    return _loads(text, **more)


json.loads = loads  # caught
