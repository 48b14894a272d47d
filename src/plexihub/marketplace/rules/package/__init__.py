"""Rules about a package as a whole: its files, its manifest, what it asks for and what it uses."""
