"""Replay: a recorded call run again, offline, in the real guest, answered from the recording."""

from plexihub.replay.outcome import Mismatch, Outcome
from plexihub.replay.player import Step, replay

__all__ = ("Mismatch", "Outcome", "Step", "replay")
