"""Session tokens: random, and known to the hub by a hash that its secret keys.

Whoever reads the database can make no token of it; a new secret makes every old token worthless at
the next request.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

from plexihub.kernel.config import ConfigManager
from plexihub.kernel.context import CallContext

TOKEN_BYTES = 32
SECRET_BYTES = 48
SETTING = "security.token_secret"
#: Answers the secret that counts now.
Secret = Callable[[], str]


def new_token() -> str:
    """Make a token of 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token: str, secret: str) -> str:
    """Hash a token as it is kept: 256 random bits need no salt and no cost."""
    return hmac.digest(secret.encode(), token.encode(), hashlib.sha256).hex()


async def settle_secret(config: ConfigManager, ctx: CallContext) -> None:
    """Make a secret and store it where no layer has one."""
    if not config.get(SETTING):
        await config.change(SETTING, secrets.token_urlsafe(SECRET_BYTES), ctx)
