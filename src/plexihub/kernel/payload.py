"""Whether a handler left a hook's payload as the catalogue declares it."""

from __future__ import annotations

from types import NoneType
from typing import Any, NoReturn, get_args, get_origin

import msgspec

from plexihub_sdk.errors import PluginError
from plexihub_sdk.hooks import HOOKS


class PayloadError(PluginError):
    """A handler answered or left what its hook cannot have."""

    code = "payload_invalid"


def empty_value(hint: Any) -> Any:
    """Make the emptiest value of a declared type: None where it may be."""
    if hint is Any or NoneType in get_args(hint):
        return None
    return (get_origin(hint) or hint)()


def problem_of(hook: str, payload: Any) -> str:
    """Tell what is wrong with the payload of a hook of the catalogue; empty where nothing is."""
    try:
        msgspec.convert(payload, HOOKS[hook].payload)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def check_change(hook: str, payload: Any, before: Any, whose: str) -> None:
    """Refuse what a handler left, where the payload was right before it.

    Raises:
        PayloadError: A declared key is gone or of another type.
    """
    if (problem := problem_of(hook, payload)) and not problem_of(hook, before):
        raise PayloadError(
            f"The handler of {whose} left a payload that {hook} cannot have: {problem}.",
            where=hook,
            next="Change values to others of the same type, or raise Veto to refuse.",
        )


def refuse_answer(hook: str, answer: Any, whose: str) -> NoReturn:
    """Refuse an answer that is neither nothing nor a mapping.

    Raises:
        PayloadError: Always.
    """
    raise PayloadError(
        f"The handler of {whose} for {hook} answered with a {type(answer).__name__}.",
        where=hook,
        next="Change the payload in place, or answer with a mapping of what is to change.",
    )
