"""A template of names in braces: `compile` is its own word here."""

import string


def compile(text):
    return string.Template(text)


def render(text, **values):
    return compile(text).safe_substitute(values)
