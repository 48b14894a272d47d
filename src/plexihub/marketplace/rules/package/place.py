"""Where something stands in the manifest's text."""

from __future__ import annotations

import re

from plexihub.marketplace.rules.bundle import Package


def line_of(package: Package, where: str) -> int:
    """Answer the line of a field such as `permissions[1].hosts`; 0 where it cannot be told.

    Args:
        package: Whose manifest it is.
        where: The field; its last name that stands in the text counts.
    """
    file = package.texts.get(package.manifest_file.lower())
    if file is None:
        return 0
    for name in reversed(re.findall(r"[\w$:-]+", where)):
        for number, line in enumerate(file.lines, 1):
            if f'"{name}"' in line or f"'{name}'" in line:
                return number
    return 0
