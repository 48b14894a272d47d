"""No column that holds a secret is shown by hooks, events or the audit."""

import re

from plexihub.services.database.models import CORE_MODELS

SECRET = re.compile(r"(^|_)(hash|secret|token|csrf|password|key)(_|$)")
#: Named so without being secret.
HARMLESS = {("Setting", "key"), ("Log", "hash")}


def test_secret_columns_are_hidden() -> None:
    """A column whose name says that it is a secret is hidden in its model."""
    shown = {
        (spec.name, column.name)
        for spec in CORE_MODELS
        for column in spec.table.c
        if SECRET.search(column.name) and column.name not in spec.hidden
    }
    assert shown <= HARMLESS
