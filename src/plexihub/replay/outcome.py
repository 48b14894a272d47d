"""What came of a replay: the answer beside the recorded one, and where the two went apart."""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from plexihub.kernel.recording import Recording

MOST_SHOWN = 200

_LINE = re.compile(r"\.\w+:\d+\Z")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One place where the plugin did something else than in the recording.

    Args:
        call: Number of the request, from 1; 0 for what is no request.
        was: What stands in the recording.
        now: What the plugin did.
    """

    call: int
    was: str
    now: str

    def sentence(self) -> str:
        """Say it."""
        where = f"call {self.call}" if self.call else "it"
        return f"{where} was {self.was}, now {self.now}"


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a replay.

    Args:
        recording: What was replayed.
        value: What the plugin answered.
        error: How it failed; None where it did not.
        mismatches: Where it went another way.
        digest: Of the files that ran.
        notes: What makes the comparison less than exact, for people.
    """

    recording: Recording
    value: Any = None
    error: dict[str, Any] | None = None
    mismatches: list[Mismatch] = field(default_factory=list)
    digest: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Whether the answer or the error is the recorded one, and the way to it, too."""
        return self.has_same_answer and not self.mismatches

    @property
    def has_same_answer(self) -> bool:
        """Whether the answer or the error is the recorded one."""
        return _text(self.recording.value, self.recording.error) == _text(self.value, self.error)

    def difference(self) -> list[str]:
        """Show how the answer differs, line by line; nothing where it does not."""
        before = _text(self.recording.value, self.recording.error).splitlines()
        after = _text(self.value, self.error).splitlines()
        return list(difflib.unified_diff(before, after, "recorded", "replayed", lineterm=""))

    def plain(self) -> dict[str, Any]:
        """Answer this for programs."""
        return {
            "call": self.recording.id,
            "plugin": self.recording.plugin,
            "hook": self.recording.hook,
            "same": self.is_same,
            "same_answer": self.has_same_answer,
            "value": self.value,
            "error": self.error,
            "mismatches": [
                {"call": one.call, "was": one.was, "now": one.now, "says": one.sentence()}
                for one in self.mismatches
            ],
            "difference": self.difference(),
            "notes": self.notes,
        }


def _text(value: Any, error: dict[str, Any] | None) -> str:
    shown = value if error is None else {"error": _placeless(error)}
    return json.dumps(shown, indent=2, sort_keys=True, ensure_ascii=False)


def _placeless(error: dict[str, Any]) -> dict[str, Any]:
    """Leave the line out: a package and its sources, or a line more above, have others."""
    data = error.get("data")
    if isinstance(data, dict) and _LINE.search(str(data.get("where", ""))):
        return {**error, "data": {name: data[name] for name in data if name != "where"}}
    return error


def request_text(method: str, params: Any) -> str:
    """Show a request as an author writes it: `storage.get({"key": "a"})`."""
    text = f"{method}({json.dumps(params, ensure_ascii=False, sort_keys=True)})"
    return text if len(text) <= MOST_SHOWN else f"{text[: MOST_SHOWN - 1]}…"
