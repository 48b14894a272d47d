"""Bounds and forms of the messages between the hub and the launcher."""

from __future__ import annotations

import struct

MOST_BYTES = 64 * 1024
MOST_DESCRIPTORS = 4
STATUS = struct.Struct("=i")
