"""Ends its own process while it is loaded."""

import contextlib

contextlib.__builtins__["__import__"]("posix")._exit(0)
