"""Sandboxed TypeScript and JavaScript plugins, each in a Deno process of its own."""

from plexihub.runtimes.deno.location import find_deno
from plexihub.runtimes.deno.runtime import DenoRuntime

__all__ = ("DenoRuntime", "find_deno")
