"""What an administrator agrees to who trusts a plugin: the text, its digest, the typed phrase."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from plexihub.kernel.survey import Survey, shown
from plexihub_sdk.capabilities import EFFECTS, SYSTEM_GRANTS
from plexihub_sdk.errors import ConsentNeeded
from plexihub_sdk.manifest import Manifest

WARNING = "A trusted plugin runs inside the hub, with everything the hub itself may do."
HAZARD = (
    "It brings scripts into everybody's pages. Such a script reads what is typed and shown there, "
    "as a keylogger would, and can steal sessions by acting as whoever has the page open."
)
READ = (
    "This was read from its source, without running it. It is advice and no fence: a trusted "
    "plugin can do everything, whatever is listed."
)
ANYTHING = "What these places do cannot be told from the source: count on everything."


def phrase(manifest: Manifest) -> str:
    """Tell what has to be typed to trust a plugin."""
    return f"I trust {manifest.id}"


@dataclass(frozen=True)
class Consent:
    """What is agreed to.

    Args:
        manifest: What the package says of itself.
        package: Digest of its files.
        survey: What a reading of its source found.
    """

    manifest: Manifest
    package: str
    survey: Survey

    @property
    def phrase(self) -> str:
        """What has to be typed."""
        return phrase(self.manifest)

    @cached_property
    def text(self) -> str:
        """The whole text, as it is shown and as its digest is taken."""
        return "\n".join(self._lines())

    @property
    def digest(self) -> str:
        """The digest of the text."""
        return f"sha256:{hashlib.sha256(self.text.encode()).hexdigest()}"

    @property
    def hazard(self) -> str:
        """The sentence about scripts, where it brings some or that cannot be told."""
        return HAZARD if self.survey.scripts or self.survey.unclear else ""

    def _lines(self) -> Iterator[str]:
        manifest, survey = self.manifest, self.survey
        yield f"{manifest.name} ({manifest.id}) {manifest.version}, {self.package}"
        yield WARNING
        yield "A poor or hostile one can"
        yield from (f"  - {effect}" for effect in EFFECTS)
        if self.hazard:
            yield self.hazard
        for row in survey.rows():
            yield f"{row['title']}: {row['rating']}. {row['impact']}"
            yield from (f"  {one['place']}  {one['what']}" for one in row["evidence"])
        if survey.unclear:
            yield ANYTHING
            for place in survey.unclear:
                one = place.describe()
                yield f"  {one['place']}  {one['what']}"
        if survey.libraries:
            yield f"Libraries that were not read: {', '.join(survey.libraries)}"
        yield READ
        yield from (f"It is granted: {one.title}. {one.says}" for one in SYSTEM_GRANTS.values())
        yield f"Type: {self.phrase}"

    def describe(self) -> dict[str, Any]:
        """Answer it as JSON, for those who show it."""
        survey = self.survey
        return {
            "warning": WARNING,
            "effects": list(EFFECTS),
            "hazard": self.hazard,
            "scripts": shown(survey.scripts),
            "uses": survey.rows(),
            "anything": ANYTHING if survey.unclear else "",
            "unclear": shown(survey.unclear),
            "libraries": list(survey.libraries),
            "note": READ,
            "grants": [
                {"name": one.name, "title": one.title, "says": one.says}
                for one in SYSTEM_GRANTS.values()
            ],
            "phrase": self.phrase,
            "text": self.text,
            "digest": self.digest,
        }

    def changes_since(self, before: Consent) -> dict[str, Any]:
        """Tell what another version of the same plugin used, and this one does, and the reverse."""
        now, then = _titles(self.survey), _titles(before.survey)
        return {
            "from": before.manifest.version,
            "to": self.manifest.version,
            "same_code": self.package == before.package,
            "more": [title for title in now if title not in then],
            "less": [title for title in then if title not in now],
        }

    def require(self, typed: str | None, digest: str | None) -> None:
        """Let only somebody pass who typed the phrase under this very text.

        Args:
            typed: What was typed.
            digest: Of the text that was shown.

        Raises:
            ConsentNeeded: Something else was typed, or another text was shown.
        """
        if typed != self.phrase:
            raise ConsentNeeded(
                "plugins.trust",
                f"{self.manifest.id} is to run as trusted, which needs your typed consent.",
                where="consent",
                next=f"Read what it means, then type exactly: {self.phrase}",
            )
        if digest is not None and digest != self.digest:
            raise ConsentNeeded(
                "plugins.trust",
                f"The text that was agreed to is not that of {self.manifest.id} as it is now."
                if digest
                else "It is not said which text was agreed to.",
                where="consent_digest",
                next="Read the text as it is now, and send its digest with the consent.",
            )


@dataclass(frozen=True, slots=True)
class Preview:
    """What is known of a package before it is installed.

    Args:
        manifest: What it says of itself.
        consent: What has to be agreed to; None in the sandboxed tier.
        remarks: What the rules found that blocks nothing: rule, place, message, and the reason
            where a comment allows it.
        digest: Of its files.
    """

    manifest: Manifest
    consent: Consent | None
    remarks: Sequence[Mapping[str, Any]] = ()
    digest: str = ""


def _titles(survey: Survey) -> list[str]:
    more = ["Scripts in every page"] if survey.scripts else []
    return [f"{row['title']} ({row['rating']})" for row in survey.rows()] + more
