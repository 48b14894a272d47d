"""Who may do what: a pure policy, and the broker that asks it and keeps the record."""

from plexihub.kernel.permissions.broker import Broker
from plexihub.kernel.permissions.difference import difference
from plexihub.kernel.permissions.model import Decision, Grant, Rule
from plexihub.kernel.permissions.running import Running
from plexihub.kernel.permissions.standing import StandingPolicy, StandingVerdict
from plexihub.kernel.permissions.usage import (
    Use,
    UseBook,
    describe_uses,
    implied_permissions,
    minimal_permissions,
)

__all__ = (
    "Broker",
    "Decision",
    "Grant",
    "Rule",
    "Running",
    "StandingPolicy",
    "StandingVerdict",
    "Use",
    "UseBook",
    "describe_uses",
    "difference",
    "implied_permissions",
    "minimal_permissions",
)
