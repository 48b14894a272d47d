"""Data of people for sandboxed plugins: read by SQL through two walls, written by actions."""

from plexihub.services.query.pool import SqliteReader
from plexihub.services.query.port import Order, Reader, ReadLimits
from plexihub.services.query.service import DataService
from plexihub.services.query.statement import read_statement
from plexihub.services.query.writing import DataWrites

__all__ = (
    "DataService",
    "DataWrites",
    "Order",
    "ReadLimits",
    "Reader",
    "SqliteReader",
    "read_statement",
)
