"""Rules about one file, in whatever language it is written."""
