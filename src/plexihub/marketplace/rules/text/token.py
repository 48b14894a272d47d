"""`secret-token`: keys of clouds and services, by their own form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from plexihub.marketplace.rules.bundle import File
from plexihub.marketplace.rules.rule import BLOCKED, Rule, Spot
from plexihub.marketplace.rules.text.entropy import is_random

#: The form that the service itself gives its keys, and its name.
_FORMS: tuple[tuple[str, str], ...] = (
    ("AWS", r"(?:AKIA|ASIA)[A-Z2-7]{16}"),
    ("GitHub", r"gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,}"),
    ("GitLab", r"glpat-[A-Za-z0-9_-]{20,}"),
    ("Slack", r"xox[abeprs]-[A-Za-z0-9-]{20,}|hooks\.slack\.com/services/T\w+/B\w+/\w{20,}"),
    ("Google", r"AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}"),
    ("Stripe", r"[sr]k_live_[A-Za-z0-9]{24,}"),
    ("npm", r"npm_[A-Za-z0-9]{36}"),
    ("PyPI", r"pypi-AgE[A-Za-z0-9_-]{50,}"),
    ("OpenAI", r"sk-(?:proj-)?[A-Za-z0-9_-]{40,}"),
    ("Anthropic", r"sk-ant-[A-Za-z0-9_-]{40,}"),
    ("SendGrid", r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}"),
    ("Twilio", r"SK[0-9a-f]{32}"),
    ("Telegram", r"\d{8,10}:AA[A-Za-z0-9_-]{33}"),
    ("Discord", r"[MN][A-Za-z0-9_-]{23,25}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}"),
    ("Hugging Face", r"hf_[A-Za-z0-9]{34,}"),
    ("DigitalOcean", r"dop_v1_[0-9a-f]{64}"),
)
_ANY = re.compile(
    r"(?<![A-Za-z0-9_-])(?:" + "|".join(f"({form})" for _, form in _FORMS) + r")(?![A-Za-z0-9_-])"
)
_EXAMPLE = re.compile(r"example|x{6}|0{6}|1234567|abcdef|placeholder|dummy|your", re.IGNORECASE)


def _check(file: File) -> Iterator[Spot]:
    for number, line in enumerate(file.lines, 1):
        for found in _ANY.finditer(line[:20_000]):
            if not _EXAMPLE.search(found[0]) and is_random(found[0], 3.0):
                name = _FORMS[(found.lastindex or 1) - 1][0]
                said = f"This has the form of a key of {name}."
                yield Spot(file.path, said, number, found.start() + 1, hidden=True)


RULE = Rule(
    id="secret-token",
    group="secrets",
    about="file",
    levels=BLOCKED,
    looks_for="keys of AWS, GitHub, GitLab, Slack, Google, Stripe and others, by their form",
    next="Revoke it, and let people put theirs into the plugin's settings (a secret).",
    check=_check,
)
