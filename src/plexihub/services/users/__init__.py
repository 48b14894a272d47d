"""People and their sessions."""

from plexihub.services.users.account import UserManager
from plexihub.services.users.password import Passwords
from plexihub.services.users.public import iso, person, public
from plexihub.services.users.session import LONGEST, Sessions, SignedIn
from plexihub.services.users.throttle import TooManyRequestsError

__all__ = (
    "LONGEST",
    "Passwords",
    "Sessions",
    "SignedIn",
    "TooManyRequestsError",
    "UserManager",
    "iso",
    "person",
    "public",
)
