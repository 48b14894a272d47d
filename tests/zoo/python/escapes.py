"""Tries every way out that is known, and reports what it got hold of."""

import asyncio
import importlib.resources
import logging

found = {}

MODULES = """
os posix pathlib shutil tempfile socket _socket ssl subprocess _posixsubprocess ctypes _ctypes
multiprocessing signal resource fcntl mmap pickle marshal sqlite3 http.client urllib.request
importlib importlib.util builtins gc sys.modules select concurrent.futures plexihub
plexihub_sdk.guest plexihub_sdk.guest.main zipfile zipimport runpy site pty readline code
""".split()


def attempt(name, way):
    try:
        got = way()
    except Exception:
        return
    if got is not None:
        found[name] = str(got)[:200]


def on_dashboard_load(context):
    for name in MODULES:
        attempt(f"import {name}", lambda name=name: __import__(name))
        attempt(f"exec {name}", lambda name=name: exec(f"import {name} as it; found[name] = it"))
        attempt(f"load {name}", lambda name=name: importlib.import_module(name))
    for name in (context["secret"], "/etc/hostname", "/proc/self/environ", "main.py"):
        attempt(f"open {name}", lambda name=name: open(name).read())
        attempt(f"data {name}", lambda name=name: importlib.resources.files(__package__)
                .joinpath("..").joinpath(name).read_text())
    for name in ("input", "breakpoint"):
        attempt(name, lambda name=name: __builtins__[name]())
    return found
