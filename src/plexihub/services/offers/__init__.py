"""What sandboxed plugins offer in `plugin.json`, registered with the hub's own services."""

from plexihub.services.offers.connect import OFFERED_BY, OfferTable

__all__ = ("OFFERED_BY", "OfferTable")
