"""Addresses below the plugin's own."""

ROUTES = {"list": "/items", "one": "/items/{id}", "up": "/items/../"}


def title(path):
    return path.strip("/").replace("-", " ").title()
