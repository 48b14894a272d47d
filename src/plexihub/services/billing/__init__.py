"""What people are charged and given back, in whole cents."""

from plexihub.services.billing.ledger import Ledger

__all__ = ("Ledger",)
