"""Rules about Python, by its syntax tree."""
