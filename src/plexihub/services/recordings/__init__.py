"""Recorded calls of sandboxed plugins: who is recorded, the tape, and the ring of files."""

from plexihub.services.recordings.book import RecordingBook
from plexihub.services.recordings.recorder import Recorder, RecordingTape
from plexihub.services.recordings.settings import RECORDING_SETTINGS

__all__ = ("RECORDING_SETTINGS", "Recorder", "RecordingBook", "RecordingTape")
