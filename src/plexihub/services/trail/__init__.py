"""The audit log as people ask for it: found, followed, exported, and read on record."""

from plexihub.services.trail.export import Export, Form, check_form
from plexihub.services.trail.following import Follower
from plexihub.services.trail.moment import check_moment
from plexihub.services.trail.page import Page, RecordShown
from plexihub.services.trail.service import Trail
from plexihub.services.trail.trace import Journey, journey

__all__ = (
    "Export",
    "Follower",
    "Form",
    "Journey",
    "Page",
    "RecordShown",
    "Trail",
    "check_form",
    "check_moment",
    "journey",
)
