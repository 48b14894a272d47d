"""Hands a sign-in link to the author's browser, past everybody else on the machine.

A browser takes its address on the command line, which every account may read, so that another one
could be quicker. It is given a file instead that the account alone may read, and that leads on.
"""

from __future__ import annotations

import html
import os
import webbrowser
from collections.abc import Callable
from pathlib import Path

_NAME = "sign-in.html"
_PAGE = """<!doctype html>
<meta charset="utf-8">
<title>PlexiHub</title>
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url={0}">
<a href="{0}">Open PlexiHub</a>
"""


def open_link(link: str, data: Path, show: Callable[[str], bool] = webbrowser.open) -> bool:
    """Open a link in the browser; answers whether there is one.

    Args:
        link: With a secret in it.
        data: A folder that the account alone may enter.
        show: Opens an address.
    """
    page = data / _NAME
    page.unlink(missing_ok=True)
    descriptor = os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(_PAGE.format(html.escape(link)))
    return show(page.absolute().as_uri())
