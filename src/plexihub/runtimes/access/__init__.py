"""What trusted plugins do outside the hub's services: seen, written down, refused, and ended.

One audit hook in the process (`hook`), a few methods of the event loop (`loop`) and the start of
threads (`threads`) tell what is done; `uses` says what it means, `frames` whose doing it is,
`watch` decides, `usage` keeps the book, `held` ends what is left.
"""

from plexihub.runtimes.access.book import AccessBook

__all__ = ("AccessBook",)
