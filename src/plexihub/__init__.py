"""PlexiHub: a self-hosted team hub in which everything is a plugin."""

__version__ = "0.1.0"
