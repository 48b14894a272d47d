"""Requests to other machines."""

from plexihub.services.network.service import NetworkService

__all__ = ("NetworkService",)
