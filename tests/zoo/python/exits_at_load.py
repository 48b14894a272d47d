"""Wants to end its process while it is loaded."""

raise SystemExit(3)
