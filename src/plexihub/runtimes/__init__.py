"""How a call reaches plugin code."""
