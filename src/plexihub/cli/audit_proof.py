"""`plexihub audit verify`, `key`, `prove`, `check-proof`, `archive`: that the log is as it was."""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
from cyclopts import App, Parameter

from plexihub.cli.common import Common
from plexihub.cli.output import EXIT_NOT_INTACT, harmless, say, show_json
from plexihub.datadir import DataDir
from plexihub.kernel.audit.archive import archive as archive_folder
from plexihub.kernel.audit.archive import opened
from plexihub.kernel.audit.proof import problem_with, read_proof
from plexihub.kernel.audit.proof import prove as prove_record
from plexihub.kernel.audit.signing import (
    KEY,
    make_signer,
    own_signer,
    read_keys,
    read_public,
    write_private,
)
from plexihub.kernel.audit.verify import Verdict
from plexihub.kernel.audit.verify import verify as verify_folder
from plexihub.kernel.audit.writer import Writer
from plexihub_sdk.errors import InputError, NotFoundError

_NO_OPTIONS = Common()


def register(app: App) -> None:
    """Add the commands to `plexihub audit`."""
    for command in (verify, key, prove, archive):
        app.command(command)
    app.command(check_proof, name="check-proof")


def _folder(common: Common) -> Path:
    return DataDir(common.options().data.absolute()).audit


async def verify(
    log: Path | None = None,
    /,
    *,
    key: str | None = None,
    witness: Path | None = None,
    common: Common = _NO_OPTIONS,
) -> int:
    """Check the whole log, without a hub's help; exit status 5 where it is broken.

    Rows of the table logs that are not as the chain has them are told, too.

    Parameters
    ----------
    log
        Another folder, or an archive that `audit archive` made.
    key
        Public key of the log, or a file that has it, kept elsewhere. Else the keys in the folder
        are believed.
    witness
        The witness's copy of the checkpoints.
    """
    trusted = read_public(key) if key else ""
    with opened(log or _folder(common)) as folder:
        verdict = await asyncio.to_thread(verify_folder, folder, key=trusted, witness=witness)
    rows = (
        await _rows(DataDir(common.options().data.absolute())) if verdict.ok and not log else None
    )
    _show(verdict, rows, common)
    return 0 if verdict.ok else EXIT_NOT_INTACT


def _show(verdict: Verdict, rows: dict[str, Any] | None, common: Common) -> None:
    bad = verdict.first_bad
    if common.json:
        return show_json({**msgspec.to_builtins(verdict), "rows": rows})
    if bad is None:
        say(f"[green]ok[/green]: {verdict.records} records, the chain is whole.")
        if verdict.signed:
            say(f"Signed up to record {verdict.signed} with the key {verdict.key}.")
        if verdict.retired:
            say(f"{verdict.retired} older records were let go after their time, with proof.")
        _tell_rows(rows)
    else:
        say(f"[bold red]broken[/bold red] at record {bad.seq}: {harmless(bad.problem)}")
        say(f"[dim]→[/dim] {bad.file}, line {bad.line}; {verdict.records} records are whole.")
    for note in verdict.notes:
        say(f"[dim]note[/dim] {harmless(note)}")
    return None


async def _rows(folder: DataDir) -> dict[str, Any] | None:
    """Compare the rows; None where there is no database, or one that has no such table yet."""
    if not (folder.path / "hub.db").exists():
        return None
    # The other commands need no database of their own, and its imports take half a second.
    from plexihub.services.logs import compare  # noqa: PLC0415

    return await compare(folder.database_url, folder.audit)


def _tell_rows(rows: dict[str, Any] | None) -> None:
    if rows is None or not rows["different"]:
        return
    say(
        f"[bold yellow]{rows['different']} rows[/bold yellow] of the table logs are not as the "
        "chain has them; the chain is what counts:"
    )
    for one in rows["first"]:
        say(f"  record {one['seq']}: {harmless(one['problem'])}")


def key(
    *, rotate: Annotated[bool, Parameter(negative="")] = False, common: Common = _NO_OPTIONS
) -> None:
    """Print the public key that signs the audit log; keep it elsewhere.

    Parameters
    ----------
    rotate
        Make a new key, which the old one vouches for. The hub must not be running.
    """
    folder = _folder(common)
    if rotate:
        _rotate(folder)
    keys = read_keys(folder)
    if not keys:
        raise NotFoundError(
            "The audit log has no key yet.", where=str(folder), next="Start the hub once."
        )
    if common.json:
        return show_json(msgspec.to_builtins(keys))
    print(keys[-1].public)  # noqa: T201 - to be piped into a file
    return None


def _rotate(folder: Path) -> None:
    if not (folder / KEY).exists():
        raise NotFoundError(
            "The private key is not beside the log.",
            where=str(folder / KEY),
            next="A key that audit.key names is changed there; start the hub with the new one.",
        )
    fresh = make_signer()
    writer = Writer(folder, lambda _folder: fresh, previous=own_signer(folder))
    writer.open()
    try:
        # The log has said so; the file follows, while nobody else can write.
        write_private(folder / KEY, fresh)
    finally:
        writer.close()


def prove(
    seq: int,
    /,
    *,
    since: int | None = None,
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    common: Common = _NO_OPTIONS,
) -> None:
    """Make the proof that a record stands in the log; it can be checked without the log.

    Parameters
    ----------
    seq
        Number of the record.
    since
        Size of an older checkpoint: the proof then also shows that nothing was changed since.
    output
        The file to write; standard output otherwise.
    """
    proof = prove_record(_folder(common), seq, since)
    data = msgspec.json.format(msgspec.json.encode(proof)) + b"\n"
    if output is None:
        sys.stdout.write(data.decode())
        return
    output.write_bytes(data)
    say(f"Record {seq} stands in the log of {proof.checkpoint.size} records: {output}")


def check_proof(file: Path, /, *, key: str, common: Common = _NO_OPTIONS) -> int:
    """Check a proof, without the log and without a hub; exit status 5 where it does not hold.

    Parameters
    ----------
    file
        The proof.
    key
        Public key of the log, or a file that has it.
    """
    proof = read_proof(file)
    problem = problem_with(proof, read_public(key))
    record = None if problem else msgspec.json.decode(proof.line)
    if common.json:
        show_json({"ok": not problem, "problem": problem, "record": record})
    elif record is None:
        say(f"[bold red]no proof[/bold red]: {harmless(problem)}")
    else:
        say(f"[green]ok[/green]: record {record['seq']} of {record['time']} stands in the log:")
        say(f"  {harmless(record['action'])} {harmless(record['target'])} {record['outcome']}")
    return EXIT_NOT_INTACT if problem else 0


def archive(
    *,
    before: str,
    output: Annotated[Path, Parameter(alias="-o")],
    common: Common = _NO_OPTIONS,
) -> None:
    """Put the records before a day into one file that verifies by itself. Nothing is let go.

    Parameters
    ----------
    before
        A day such as 2026-01-31, or a moment.
    output
        The file to write.
    """
    try:
        moment = datetime.fromisoformat(before)
    except ValueError:
        raise InputError(
            f"{before!r} is no day.", where="--before", next="For example: 2026-01-31"
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    made = archive_folder(_folder(common), moment, output)
    if common.json:
        return show_json({"path": str(made.path), "segments": made.segments, "last": made.last})
    say(f"{made.segments} segments, up to record {made.last}: {output}")
    return say("Check it with: plexihub audit verify FILE --key KEY")
