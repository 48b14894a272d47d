"""People, their roles and their sessions."""

from plexihub.services.users.account import UserManager
from plexihub.services.users.identity import IMPERSONATION, SignedIn
from plexihub.services.users.password import Passwords
from plexihub.services.users.public import extensions_of, iso, person, public, public_session
from plexihub.services.users.refusals import Refusals
from plexihub.services.users.rights import Authority
from plexihub.services.users.role import public_role
from plexihub.services.users.second_factor import SecondFactorRequiredError
from plexihub.services.users.session import LONGEST, Sessions
from plexihub.services.users.throttle import TooManyRequestsError

__all__ = (
    "IMPERSONATION",
    "LONGEST",
    "Authority",
    "Passwords",
    "Refusals",
    "SecondFactorRequiredError",
    "Sessions",
    "SignedIn",
    "TooManyRequestsError",
    "UserManager",
    "extensions_of",
    "iso",
    "person",
    "public",
    "public_role",
    "public_session",
)
