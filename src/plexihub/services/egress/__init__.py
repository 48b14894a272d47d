"""The only way out for sandboxed plugins."""

from plexihub.services.egress.connect import Connector, Resolve, resolve
from plexihub.services.egress.hosts import HostBook
from plexihub.services.egress.policy import Policy
from plexihub.services.egress.request import Wanted, make_wanted
from plexihub.services.egress.service import Egress, Fetched
from plexihub.services.egress.target import Target, parse_target
from plexihub.services.egress.vault import Vault

__all__ = (
    "Connector",
    "Egress",
    "Fetched",
    "HostBook",
    "Policy",
    "Resolve",
    "Target",
    "Vault",
    "Wanted",
    "make_wanted",
    "parse_target",
    "resolve",
)
