"""Settings in layers: defaults, the file, the environment, what was stored, and flags."""

from plexihub.kernel.config.manager import ConfigManager
from plexihub.kernel.config.section import Section, read_section
from plexihub.kernel.config.setting import MASK, Setting, Value
from plexihub.kernel.config.source import Layers, read_environment, read_file, read_layers

__all__ = (
    "MASK",
    "ConfigManager",
    "Layers",
    "Section",
    "Setting",
    "Value",
    "read_environment",
    "read_file",
    "read_layers",
    "read_section",
)
