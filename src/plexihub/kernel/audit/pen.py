"""With what the hub writes its log: in its own process, or through one that has the pen."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from plexihub.kernel.audit.segment import Head
from plexihub.kernel.audit.writer import SEGMENT_BYTES, Opened, Writer

#: Where the writer is: in the process that plugins are in, or in one of its own that they could at
#: most kill, whose files they could change as the same user, and whose memory they cannot read.
Standing = Literal["in the hub", "same user"]


class Pen(ABC):
    """Writes; each method blocks, and one thread at a time calls it."""

    standing: Standing

    def __init__(self) -> None:
        #: Told, in a sentence, of what nobody should be quiet about.
        self.trouble: Callable[[str], None] = lambda _what: None

    def look(self) -> None:  # noqa: B027 - nothing can have happened to a pen of this process
        """Notice what happened while nothing was written.

        Raises:
            OSError: The writer is gone, and no other could be started.
        """

    @abstractmethod
    def open(self) -> Opened:
        """Begin to write.

        Raises:
            StartupError: Another process writes here, or it cannot be done.
            OSError: The disk refuses.
        """

    @abstractmethod
    def write(self, group: Sequence[tuple[str, bytes]]) -> Head:
        """Write records, each with its id, and make them durable; all of them, or none.

        Raises:
            OSError: They cannot be written now.
        """

    @abstractmethod
    def checkpoint(self) -> Head:
        """Sign the log as it is now, and answer its last record.

        Raises:
            OSError: It cannot be written now.
        """

    @abstractmethod
    def close(self) -> None:
        """End; safe to call twice.

        Raises:
            OSError: The last checkpoint could not be written.
        """


class OwnPen(Pen):
    """Writes in this process.

    Args:
        folder: Of the log.
        segment_bytes: About how large a segment becomes.
    """

    standing: Standing = "in the hub"

    def __init__(self, folder: Path, segment_bytes: int = SEGMENT_BYTES) -> None:
        super().__init__()
        self._writer = Writer(folder, segment_bytes=segment_bytes)

    def open(self) -> Opened:
        """Begin to write; the key is the one beside the log."""
        return self._writer.open()

    def write(self, group: Sequence[tuple[str, bytes]]) -> Head:
        """Write records and make them durable."""
        head = self._writer.write([body for _id, body in group])
        if self._writer.is_due:
            self._writer.checkpoint()
        return head

    def checkpoint(self) -> Head:
        """Sign the log as it is now."""
        self._writer.checkpoint()
        return self._writer.head

    def close(self) -> None:
        """End."""
        self._writer.close()
