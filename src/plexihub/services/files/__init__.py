"""The service `files`: keeps what people upload and plugins make, under names of its own."""

from plexihub.services.files.service import MIB, FileService, shown_file

__all__ = ("MIB", "FileService", "shown_file")
