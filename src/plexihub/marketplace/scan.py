"""Judge one staged package in a process of its own: `python -m plexihub.marketplace.scan`.

Started by the hub before it installs anything: a parser that a stranger's file brings down, or
holds up for ever, takes this process with it and nothing else.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from plexihub.marketplace.validate import validate

_NICE = 5


def main(arguments: Sequence[str]) -> None:
    """Judge what the arguments name, and write the report as JSON.

    Args:
        arguments: The path, the tier, the seconds, and the permissions that nobody gets.

    Raises:
        OSError: The package cannot be read.
    """
    os.nice(_NICE)
    # Trees are given back as they are left; looking for cycles would take longer than parsing.
    gc.disable()
    path, tier, seconds, refused = arguments
    report = validate(
        Path(path),
        profile="installer",
        tier=tier,
        refused=frozenset(filter(None, refused.split(","))),
        seconds=float(seconds),
    )
    sys.stdout.write(json.dumps(report.describe()))


if __name__ == "__main__":
    main(sys.argv[1:])
