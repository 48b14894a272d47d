import hashlib
import hmac
import secrets


def sign(text, key):
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def token():
    return secrets.token_urlsafe(24)
