"""Averages numbers."""

import numpy as np  # caught


def on_data_fetch(context):
    return {"mean": float(np.mean([1, 2, 3]))}
