"""PlexiHub."""
