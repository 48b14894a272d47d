"""The only way out for sandboxed plugins."""
