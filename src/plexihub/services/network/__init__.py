"""Requests to other machines."""

from plexihub.services.network.service import NetworkService
from plexihub.services.network.watching import Watching

__all__ = ("NetworkService", "Watching")
