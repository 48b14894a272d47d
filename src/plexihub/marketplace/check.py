"""What a manifest says, against the files of its package: the same for author and installer."""

from __future__ import annotations

from pathlib import Path

from plexihub.kernel.config import read_section
from plexihub.kernel.plugins.dependencies import check_ranges
from plexihub_sdk.errors import ConfigError, ManifestError, PackageError
from plexihub_sdk.manifest import Manifest


def check_manifest(manifest: Manifest, folder: Path) -> None:
    """See that a package has what its manifest names; blocks.

    Args:
        manifest: What it says.
        folder: Where its files are.

    Raises:
        PackageError: The entry point is not there.
        ManifestError: A range of versions or the schema of the settings is none.
    """
    if not (folder / manifest.entrypoint).is_file():
        raise PackageError(
            f"The entry point {manifest.entrypoint!r} is not in the package.", where="entrypoint"
        )
    check_said(manifest)


def check_said(manifest: Manifest) -> None:
    """See that what a manifest says can be used, whatever files there are.

    Raises:
        ManifestError: A range of versions or the schema of the settings is none.
    """
    check_ranges(manifest)
    try:
        if manifest.settings is not None:
            read_section(manifest.id, manifest.settings, manifest.name)
    except ConfigError as error:
        raise ManifestError(error.message, where="settings", next=error.next) from None
