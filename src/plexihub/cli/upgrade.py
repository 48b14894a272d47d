"""`plexihub plugin upgrade`: another version of a plugin that is installed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from plexihub.cli.common import Common, connected
from plexihub.cli.plugin import install
from plexihub.cli.source import find_source
from plexihub_sdk.errors import NotFoundError

_NO_OPTIONS = Common()


async def upgrade(  # noqa: PLR0913 - each is an option of the command
    source: Path,
    /,
    *,
    trusted: Annotated[bool, Parameter(negative="")] = False,
    yes: Annotated[bool, Parameter(negative="", alias="-y")] = False,
    later: Annotated[bool, Parameter(negative="")] = False,
    consent: str | None = None,
    allow_downgrade: Annotated[bool, Parameter(negative="")] = False,
    sha256: str | None = None,
    from_: Annotated[Path | None, Parameter(name="--from")] = None,
    common: Common = _NO_OPTIONS,
) -> None:
    """Put another version in an installed plugin's place; the one before is kept for a rollback.

    Parameters
    ----------
    source
        A .plexi package, a folder or file, or the plugin's name.
    trusted
        It runs inside the hub with full access; needs your typed consent.
    yes
        Grant every permission it asks for without a question.
    later
        Leave what is new to an administrator; until then it runs on the old grant.
    consent
        The sentence that the trusted tier asks you to type.
    allow_downgrade
        Take a version that is not newer, too.
    sha256
        The checksum that the file must have.
    from_
        Folder of packages in which a name is looked for.
    """
    await _require_installed(source, from_, trusted=trusted, common=common)
    await install(
        source,
        trusted=trusted,
        yes=yes,
        later=later,
        consent=consent,
        allow_downgrade=allow_downgrade,
        sha256=sha256,
        from_=from_,
        common=common,
    )


async def _require_installed(
    source: Path, folder: Path | None, *, trusted: bool, common: Common
) -> None:
    async with connected(common) as api:
        found = await find_source(api, source, folder)
        tier = "trusted" if trusted else "sandboxed"
        place = os.path.abspath(found.path)  # noqa: ASYNC240,PTH100 - looks at nothing
        plugin = await api.call("POST", "/plugins/describe", json={"source": place, "tier": tier})
    if plugin["installed"] is None:
        raise NotFoundError(
            f"{plugin['id']} is not installed, so there is nothing to upgrade.",
            where=plugin["id"],
            next=f"Install it: plexihub plugin install {source}",
        )
