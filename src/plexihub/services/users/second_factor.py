"""The second step of a sign-in, where a plugin asks for one.

After the right password `user.challenging` lets plugins ask for more. Then there is no session,
only a ticket: random, known here by its hash, for one person and a few minutes, with few attempts.
Each answer goes to `user.verifying`; whatever it does not accept in so many words is refused, also
when the plugin that asked is gone or fails. Tickets are kept in memory: a restart asks for the
password again.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.hooks import HookTable
from plexihub.kernel.ports import AuditSink
from plexihub.services.database import User
from plexihub.services.users.audited import audited
from plexihub.services.users.throttle import Throttle
from plexihub.services.users.token import new_token
from plexihub_sdk.errors import AuthenticationError, Veto

SECONDS = 300.0
ATTEMPTS_EACH = 5
MOST_TICKETS = 10_000
MOST_CHALLENGES = 5
LONGEST_KIND = 32
LONGEST_PROMPT = 300
LONGEST_ANSWER = 200
#: Of one person, whatever the ticket and the address: six digits must outlast who has the password.
ATTEMPTS = 10
SECONDS_EACH = 60.0


class SecondFactorRequiredError(AuthenticationError):
    """The password was right and there is no session yet: another step is asked for.

    Args:
        ticket: Comes back with the answer.
        kind: Of the step, such as `totp`.
        prompt: What the person is asked.
    """

    code = "second_factor_required"

    def __init__(self, ticket: str, *, kind: str, prompt: str) -> None:
        super().__init__(prompt, next="Send the ticket with the answer.")
        self.ticket = ticket
        self.kind = kind


class SecondFactorFailedError(AuthenticationError):
    """The answer is wrong; it may be tried again."""

    code = "second_factor_failed"


class SecondFactorExpiredError(AuthenticationError):
    """The ticket is unknown, used, too old, or was tried too often."""

    code = "second_factor_expired"

    def __init__(self) -> None:
        super().__init__("This sign-in is over.", next="Sign in with your password again.")


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a plugin asks for."""

    kind: str
    prompt: str


@dataclass(slots=True, kw_only=True)
class _Ticket:
    user_id: str
    password_hash: str
    challenges: tuple[Challenge, ...]
    until: float
    left: int = ATTEMPTS_EACH


class SecondFactor:
    """Asks for further steps, and takes their answers.

    Args:
        find: Answers the person with an id, or None.
        clock: Seconds that only go forward.
    """

    def __init__(
        self,
        find: Callable[[str], Coroutine[Any, Any, User | None]],
        *,
        hooks: HookTable,
        audit: AuditSink,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._find = find
        self._hooks = hooks
        self._audit = audit
        self._clock = clock
        self._tickets: OrderedDict[str, _Ticket] = OrderedDict()
        self._throttle = Throttle(ATTEMPTS, SECONDS_EACH, clock=clock)

    async def demand(self, ctx: CallContext, user: User, *, address: str, user_agent: str) -> None:
        """Let a sign-in pass where no plugin asks for a further step.

        Raises:
            SecondFactorRequiredError: One does; the error has the ticket.
            Veto: A handler refused, failed, or asks for what cannot be asked.
        """
        payload = {
            "id": user.id,
            "username": user.username,
            "role": user.role,
            "address": address,
            "user_agent": user_agent,
            "challenges": [],
        }
        await self._hooks.call("user.challenging", payload, ctx)
        challenges = _read(payload.get("challenges"))
        if challenges:
            self._issue(
                _Ticket(
                    user_id=user.id,
                    password_hash=user.password_hash,
                    challenges=challenges,
                    until=self._clock() + SECONDS,
                )
            )

    def _issue(self, ticket: _Ticket) -> None:
        token, first = new_token(), ticket.challenges[0]
        self._tickets[_key(token)] = ticket
        while len(self._tickets) > MOST_TICKETS:
            self._tickets.popitem(last=False)
        raise SecondFactorRequiredError(token, kind=first.kind, prompt=first.prompt)

    async def answer(self, ctx: CallContext, token: str, answer: str, *, address: str) -> User:
        """Check the answer to a step and answer who signed in, when it was the last one.

        Args:
            ctx: Of the sign-in.
            token: The ticket.
            answer: As typed.
            address: Where it comes from.

        Raises:
            SecondFactorExpiredError: The ticket opens nothing any more.
            SecondFactorFailedError: The answer is wrong.
            SecondFactorRequiredError: It was right, and another step follows.
            TooManyRequestsError: It was tried too often for this person.
            Veto: The plugin that decides refused or failed.
        """
        key = _key(token)
        ticket = self._tickets.get(key)
        user = await self._person(key, ticket)
        if ticket is None or user is None:
            raise SecondFactorExpiredError
        kind = ticket.challenges[0].kind
        async with audited(
            self._audit, ctx, "user.verify", user.username, kind=kind, address=address
        ):
            self._spend(key, ticket)
            self._throttle.take(user.id)
            await self._check(ctx, user, ticket, answer)
            # Of two right answers at the same time the ticket is good for one.
            if self._tickets.pop(key, None) is not ticket:
                raise SecondFactorExpiredError
            self._throttle.forget(user.id)
            if rest := ticket.challenges[1:]:
                self._issue(replace(ticket, challenges=rest, left=ATTEMPTS_EACH))
        return user

    async def _person(self, key: str, ticket: _Ticket | None) -> User | None:
        if ticket is None or ticket.until < self._clock():
            self._tickets.pop(key, None)
            return None
        user = await self._find(ticket.user_id)
        if user is None or not user.is_active or user.password_hash != ticket.password_hash:
            self._tickets.pop(key, None)
            return None
        return user

    def _spend(self, key: str, ticket: _Ticket) -> None:
        # Before anything is waited for: answers sent at the same time all count.
        if ticket.left <= 0 or self._tickets.get(key) is not ticket:
            self._tickets.pop(key, None)
            raise SecondFactorExpiredError
        ticket.left -= 1

    async def _check(self, ctx: CallContext, user: User, ticket: _Ticket, answer: str) -> None:
        payload = {
            "id": user.id,
            "username": user.username,
            "kind": ticket.challenges[0].kind,
            "answer": answer[: LONGEST_ANSWER + 1],
            "accepted": False,
        }
        await self._hooks.call("user.verifying", payload, ctx)
        if payload.get("accepted") is not True:
            raise SecondFactorFailedError("That is not right.", next="Try the code of this moment.")


def _key(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _read(value: object) -> tuple[Challenge, ...]:
    """Read what handlers ask for; what cannot be asked must not be passed over."""
    challenges = value if isinstance(value, list) else [None]
    if len(challenges) > MOST_CHALLENGES:
        raise Veto("Plugins ask for too many steps at sign-in.")
    return tuple(_challenge(one) for one in challenges)


def _challenge(value: object) -> Challenge:
    kind, prompt = (
        (value.get("kind"), value.get("prompt")) if isinstance(value, Mapping) else (None, None)
    )
    if not isinstance(kind, str) or not 0 < len(kind) <= LONGEST_KIND:
        raise Veto("A plugin asks for a further step at sign-in that has no `kind`.")
    if not isinstance(prompt, str) or not 0 < len(prompt) <= LONGEST_PROMPT:
        raise Veto(f"The step {kind!r} at sign-in has no `prompt` for the person.")
    return Challenge(kind, prompt)
