"""Who may do what, and why: for administrators who ask, and for the review of access."""

from plexihub.services.permissions.desk import PermissionDesk
from plexihub.services.permissions.review import review_csv

__all__ = ("PermissionDesk", "review_csv")
