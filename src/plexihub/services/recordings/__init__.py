"""Recorded calls of sandboxed plugins: who is recorded, the tape, and the ring of files."""

from plexihub.services.recordings.book import RecordingBook
from plexihub.services.recordings.recorder import Recorder, RecordingTape

__all__ = ("Recorder", "RecordingBook", "RecordingTape")
