"""Settings in layers: defaults, the file, the environment, what was stored, and flags."""

from plexihub.kernel.config.layered import ConfigManager
from plexihub.kernel.config.setting import MASK, Setting, Value
from plexihub.kernel.config.source import Layers, read_environment, read_file, read_layers

__all__ = (
    "MASK",
    "ConfigManager",
    "Layers",
    "Setting",
    "Value",
    "read_environment",
    "read_file",
    "read_layers",
)
