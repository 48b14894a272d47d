"""How a package becomes an installed plugin."""
