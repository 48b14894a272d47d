"""The tape of one call, and the recorder of one process of a plugin."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from plexihub.kernel.context import CallContext
from plexihub.kernel.limits import Limits
from plexihub.kernel.ports import Json, StoredPlugin
from plexihub.kernel.recording import Exchange, Recording, Redactor, error_of
from plexihub.kernel.watch import Seen, Tape, Watcher

#: Bytes of one call, all of it together; beyond them the recording says that it is cut.
MOST_NOTED = 1024 * 1024
MOST_EXCHANGES = 1000
_CUT = "cut"
Keep = Callable[[Recording], None]


def new_call_id() -> str:
    """Make an id whose order is that of time."""
    milliseconds = int(datetime.now(UTC).timestamp() * 1000)
    return f"{milliseconds:011x}{secrets.token_hex(3)[:5]}"


class RecordingTape(Tape):
    """Records one call.

    Args:
        recording: What is known of it before it runs.
        keep: Takes the recording when the call has ended.
    """

    def __init__(self, recording: Recording, keep: Keep) -> None:
        super().__init__()
        self._recording = recording
        self._keep = keep
        self._redactor = Redactor()
        self._crossed = 0
        self._left = MOST_NOTED
        self._started = time.perf_counter()
        recording.payload = self._copy(recording.payload)

    def asked(self, method: str, params: Mapping[str, Json]) -> int:
        """Note a request, and answer its number."""
        exchanges = self._recording.exchanges
        if len(exchanges) >= MOST_EXCHANGES:
            self._recording.cut = True
            return -1
        self._crossed += 1
        exchanges.append(Exchange(method=method, params=self._copy(params), asked=self._crossed))
        return len(exchanges) - 1

    def answered(self, number: int, value: Json, error: BaseException | None) -> None:
        """Note what came of a request."""
        if number < 0:
            return
        self._crossed += 1
        exchange = self._recording.exchanges[number]
        exchange.answered = self._crossed
        exchange.value = self._redactor.clean_answer(exchange.params, self._copy(value))
        exchange.error = None if error is None else self._redactor.clean(error_of(error))

    def ended(self, value: Json, error: BaseException | None) -> None:
        """Hand the recording over."""
        recording = self._recording
        recording.ms = round((time.perf_counter() - self._started) * 1000, 3)
        recording.seen = {key: found for key, found in self.seen.items() if key != _CUT}
        recording.cut = recording.cut or _CUT in self.seen or _CUT in recording.top
        recording.value = self._copy(value)
        recording.error = None if error is None else self._redactor.clean(error_of(error))
        recording.redacted = self._redactor.count
        self._keep(recording)

    def _copy(self, value: Any) -> Any:
        """Answer a value as it is now; what others do with it later changes nothing."""
        if value is None:
            return None
        try:
            text = msgspec.json.encode(value)
        except (TypeError, ValueError, RecursionError):  # nothing that could go to a plugin
            text = b"null"
        self._left -= len(text)
        if self._left < 0:
            self._recording.cut = True
            return None
        return self._redactor.clean(msgspec.json.decode(text))


class Recorder(Watcher):
    """Records the calls of one process.

    Args:
        stored: Answers what is known of the plugin now; a process may be started before its
            version is the plugin's.
        limits: Answers what it may use.
        keep: Takes each recording.
    """

    def __init__(
        self, stored: Callable[[], StoredPlugin], limits: Callable[[], Limits], keep: Keep
    ) -> None:
        self._stored = stored
        self._limits = limits
        self._keep = keep
        self._served = 0
        self._top: Seen = {}

    def loaded(self, seen: Seen) -> None:
        """Note what the plugin's top level perceived."""
        self._top = seen

    def begin(self, hook: str, payload: Mapping[str, Json], ctx: CallContext) -> Tape:
        """Begin to record a call."""
        stored, limits = self._stored(), self._limits()
        recording = Recording(
            id=new_call_id(),
            plugin=stored.id,
            version=str(stored.manifest.version),
            digest=stored.digest,
            hook=hook,
            payload=payload,
            at=datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            user=ctx.on_behalf_of,
            trace=ctx.trace,
            seconds=min(ctx.remaining(), limits.call_seconds),
            memory_mb=limits.memory_mb,
            served=self._served,
            top=self._top,
            exchanges=[],
        )
        self._served += 1
        return RecordingTape(recording, self._keep)
