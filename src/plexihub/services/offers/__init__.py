"""What sandboxed plugins offer in `plugin.json`, registered with the hub's own services."""

from plexihub.services.offers.connect import OfferTable

__all__ = ("OfferTable",)
