"""Measurements: how fast and how small, beside peers, medians of several rounds in one run."""
