"""A second factor: time-based one-time codes (RFC 6238), with recovery codes.

People set it up on their profile. The core asks `user.challenging` after the right password, gives
no session, and lets `user.verifying` decide about each answer.
"""

import hashlib
import hmac
import secrets
from datetime import timedelta

from plexihub_sdk import ProfileTab, Request, now
from plexihub_sdk.errors import ConflictError, InputError, LimitExceededError, PermissionDenied

from .model import TotpKey

try:
    import pyotp
    import segno
except ImportError as missing:
    raise ImportError("one-time codes need two packages: pip install pyotp segno") from missing

KIND, SECONDS = "totp", 30
RECOVERY_CODES = 8
TRIES, PAUSE = 10, timedelta(minutes=10)
PATH = "/api/v1/totp"
TAB = ProfileTab(id="totp", title="Two-step sign-in", element="totp-settings", module="totp.js")


class TotpPlugin:
    def __init__(self, context):
        self.now = now
        self.tries = {}
        self.config = context.get_service("config")
        self.database = context.get_service("database")
        (self.keys,) = self.database.register_models([TotpKey])
        events, api = context.get_service("events"), context.get_service("api")
        events.on("user.challenging", self.challenge)
        events.on("user.verifying", self.verify)
        context.get_service("ui").register_profile_tab(TAB)
        api.register_route("GET", PATH, self.show)
        api.register_route("POST", f"{PATH}/enrol", self.enrol)
        api.register_route("POST", f"{PATH}/confirm", self.confirm)
        api.register_route("POST", f"{PATH}/disable", self.disable)
        api.register_route("POST", f"{PATH}/reset/{{user_id}}", self.reset, auth="admin")

    # The two steps of a sign-in.

    async def challenge(self, data):
        if await self.keys.find_one({"user_id": data["id"], "confirmed": True}):
            prompt = "Enter the code that your authenticator shows, or a recovery code."
            data["challenges"].append({"kind": KIND, "prompt": prompt})

    async def verify(self, data):
        if data["kind"] != KIND:
            return
        key = await self.keys.find_one({"user_id": data["id"], "confirmed": True})
        if key is not None:
            data["accepted"] = await self.accepts(key, data["answer"])

    async def accepts(self, key, answer):
        code = answer.replace(" ", "").replace("-", "").lower()
        return await self.is_code(key, code) or await self.is_recovery(key, code)

    async def is_code(self, key, code):
        """A code of this half minute or its neighbours, which was not used before."""
        this = int(self.now().timestamp()) // SECONDS
        totp = pyotp.TOTP(key.secret)
        fits = (
            step
            for step in (this - 1, this, this + 1)
            if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        )
        step = next(fits, 0)
        # One statement, so that of two who send a code at the same time one comes too late.
        used = await self.database.execute(
            "UPDATE totp_keys SET last_step = :step"
            " WHERE user_id = :id AND last_step < :step RETURNING user_id",
            {"step": step, "id": key.user_id},
        )
        return bool(used)

    async def is_recovery(self, key, code):
        async with self.database.unit_of_work():
            key = await self.keys.find_one({"user_id": key.user_id})
            if key is None or hashed(code) not in key.recovery:
                return False
            key.recovery.remove(hashed(code))
            await key.save()
        return True

    # What people do on their profile.

    async def show(self, request: Request):
        key = await self.keys.find_one({"user_id": request.signed_in().id, "confirmed": True})
        return {"enabled": key is not None, "recovery_left": len(key.recovery) if key else 0}

    async def enrol(self, request: Request):
        person = own(request)
        if await self.keys.find_one({"user_id": person.id, "confirmed": True}):
            raise ConflictError("One-time codes are on already.", next="Switch them off first.")
        secret = pyotp.random_base32()
        await self.keys.delete({"user_id": person.id})
        await self.keys.create(user_id=person.id, secret=secret)
        hub = self.config.get("hub.name")
        uri = pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=hub)
        picture = segno.make(uri, error="m").svg_data_uri(scale=5, border=3, light="white")
        return {"secret": secret, "uri": uri, "qr": picture}

    async def confirm(self, request: Request):
        key = await self.keys.find_one({"user_id": own(request).id, "confirmed": False})
        if key is None:
            raise ConflictError("There is nothing to confirm.", next="Begin again.")
        if not await self.is_code(key, request.value("code", str).replace(" ", "")):
            raise InputError("That is not the code of this moment.", where="code")
        codes = [secrets.token_hex(8) for _ in range(RECOVERY_CODES)]
        key = await self.keys.find_one({"user_id": key.user_id})
        key.recovery, key.confirmed = [hashed(code) for code in codes], True
        await key.save()
        return {"recovery": ["-".join(code[at : at + 4] for at in (0, 4, 8, 12)) for code in codes]}

    async def disable(self, request: Request):
        key = await self.keys.find_one({"user_id": own(request).id, "confirmed": True})
        if key is None:
            raise ConflictError("One-time codes are off already.")
        self.count_try(key.user_id)
        if not await self.accepts(key, request.value("code", str)):
            raise InputError("That is not the code of this moment.", where="code")
        await key.delete()
        return {"message": "One-time codes are off."}

    def count_try(self, user_id):
        """Six digits must outlast a stolen session; the core counts those of signing in."""
        moment = self.now()
        self.tries = {who: one for who, one in self.tries.items() if one[0] + PAUSE > moment}
        since, tries = self.tries.get(user_id, (moment, 0))
        if tries >= TRIES:
            raise LimitExceededError("Too many wrong codes.", next="Try again in ten minutes.")
        self.tries[user_id] = since, tries + 1

    async def reset(self, request: Request):
        own(request)
        await self.keys.delete({"user_id": request.params["user_id"]})
        return {"message": "Their next sign-in needs the password alone."}


def own(request):
    person = request.signed_in()
    if person.is_impersonated:
        raise PermissionDenied("", "Nobody may change this while acting as somebody else.")
    return person


def hashed(code):
    return hashlib.sha256(code.encode()).hexdigest()
