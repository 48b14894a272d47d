"""People, channels and a dashboard to play with on the first run."""
