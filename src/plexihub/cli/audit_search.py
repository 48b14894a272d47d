"""`plexihub audit search`, `trace`, `export` and `follow`: what the log has, and what comes.

Each asks the hub of the data folder. With `--folder` the first three read the segments of any
folder instead, such as one that was unpacked from a backup, without a hub.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

import httpx
import msgspec
from cyclopts import App, Parameter

from plexihub.cli.common import Api, Common, connected, segment
from plexihub.cli.output import EXIT_FAILED, harmless, note, say, show_json
from plexihub.datadir import DataDir
from plexihub.kernel.audit import AuditQuery
from plexihub.kernel.audit import search as scan
from plexihub.kernel.audit.read import MAX_LIMIT
from plexihub.services.trail import Export, check_form, check_moment, journey
from plexihub_sdk.errors import InputError, NotFoundError

_NO_OPTIONS = Common()
_PROGRESS_BYTES = 8 * 2**20
_WIDTH = 30
RETRY_SECONDS = 2.0


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which records are wanted."""

    text: Annotated[str, Parameter(alias="-q", help="Words anywhere in a record.")] = ""
    plugin: Annotated[str, Parameter(help="What it did, and what was done to it.")] = ""
    person: Annotated[str, Parameter(help="Id or name of who acted, or for whom.")] = ""
    action: Annotated[str, Parameter(help="Beginning of the action, such as plugin.")] = ""
    outcome: Annotated[str, Parameter(help="ok, denied, failed, timeout, crashed, vetoed.")] = ""
    trace_id: Annotated[str, Parameter(name="--trace", help="One journey.")] = ""
    target: Annotated[str, Parameter(help="Words of what it was done to.")] = ""
    since: Annotated[str, Parameter(help="Not before this moment, ISO 8601, UTC.")] = ""
    until: Annotated[str, Parameter(help="Before this moment.")] = ""

    def params(self) -> dict[str, str]:
        """Write it as the query of an address."""
        named = {"q": self.text, "actor": self.person, "trace": self.trace_id}
        same = ("plugin", "action", "outcome", "target", "since", "until")
        every = named | {name: getattr(self, name) for name in same}
        return {name: value for name, value in every.items() if value}

    def query(self, limit: int = MAX_LIMIT, before: int | None = None) -> AuditQuery:
        """Write it for reading the segments."""
        return AuditQuery(
            limit=limit,
            before=before,
            plugin=self.plugin,
            actor=self.person,
            action=self.action,
            outcome=self.outcome,
            trace=self.trace_id,
            target=self.target,
            since=check_moment(self.since, where="since"),
            until=check_moment(self.until, where="until"),
            text=self.text,
        )


_EVERYTHING = Filter()
Folder = Annotated[Path | None, Parameter(help="Read these segments, without a hub.")]


async def search(
    *,
    wanted: Filter = _EVERYTHING,
    lines: Annotated[int, Parameter(alias="-n")] = 50,
    before: int | None = None,
    folder: Folder = None,
    common: Common = _NO_OPTIONS,
) -> None:
    """Find records, the newest first.

    Parameters
    ----------
    wanted
        Which.
    lines
        How many, 1000 at most.
    before
        Only records with a lower number: the page that follows.
    """
    if folder is not None:
        query = wanted.query(lines, before)
        found = await asyncio.to_thread(scan, _checked(folder), query)
        page: dict[str, Any] = {"items": msgspec.to_builtins(found), "next": None}
    else:
        params: dict[str, Any] = {**wanted.params(), "limit": lines, "counted": "true"}
        if before is not None:
            params["before"] = before
        async with connected(common) as api:
            page = await api.call("GET", "/audit", params=params)
    if common.json:
        return show_json(page)
    show_records(page["items"])
    return _tell_page(page)


def _tell_page(page: dict[str, Any]) -> None:
    for seq in page.get("altered", ()):
        note(f"[bold red]altered[/bold red]: record {seq}: its hash does not fit its bytes.")
    index, total = page.get("index"), page.get("total")
    if index and index["name"] == "building":
        note(f"[yellow]The index is being built: {index['share']:.0%}.[/yellow]")
    if total and total["count"] > len(page["items"]):
        more = "" if total["exact"] else "more than "
        note(f"[dim]{len(page['items'])} of {more}{total['count']:,}.[/dim]")
    if page["next"] is not None:
        word = "Go on" if page.get("complete", True) else "Not everything was read yet; go on"
        note(f"[dim]{word} with --before {page['next']}.[/dim]")


async def trace(trace_id: str, /, *, folder: Folder = None, common: Common = _NO_OPTIONS) -> None:
    """Show one journey as a tree: what caused what, when it began, how long it took.

    Parameters
    ----------
    trace_id
        As records and answers of the hub have it.
    """
    if folder is not None:
        query = AuditQuery(trace=trace_id, limit=MAX_LIMIT)
        records = await asyncio.to_thread(scan, _checked(folder), query)
        if not records:
            raise NotFoundError(f"There is no record of the trace {trace_id!r}.", where="trace")
        found = msgspec.to_builtins(journey(trace_id, records))
    else:
        async with connected(common) as api:
            found = await api.call("GET", f"/audit/traces/{segment(trace_id)}")
    if common.json:
        return show_json(found)
    say(f"[bold]{harmless(found['trace'])}[/bold]  {found['took_ms']:.1f} ms")
    for step in found["steps"]:
        say(_step(step, found["took_ms"] or 1.0))
    return None


def _step(step: dict[str, Any], whole: float) -> str:
    record, depth = step["record"], min(step["depth"], 12)
    begin = min(_WIDTH - 1, int(step["start_ms"] / whole * _WIDTH))
    length = max(1, min(_WIDTH - begin, round(step["took_ms"] / whole * _WIDTH)))
    bar = f"{' ' * begin}{'━' * length}".ljust(_WIDTH)
    name = f"{'  ' * depth}{_line(record['action'])} {_line(record['target'])}".rstrip()
    colour = "green" if record["outcome"] == "ok" else "red"
    took = f"{step['took_ms']:8.1f} ms" if step["took_ms"] else " " * 11
    who = _line(who_acted(record))
    return (
        f"[{colour}]{bar}[/{colour}] {took}  {record['seq']:>7}  {name}"
        f"  [dim]{who}  {record['outcome']}[/dim]"
    )


async def export(
    *,
    wanted: Filter = _EVERYTHING,
    form: Annotated[Literal["jsonl", "ocsf"], Parameter(name="--format")] = "jsonl",
    output: Annotated[Path | None, Parameter(alias="-o")] = None,
    folder: Folder = None,
    common: Common = _NO_OPTIONS,
) -> None:
    """Write records out, the oldest first: as stored (jsonl), or as OCSF events.

    Parameters
    ----------
    wanted
        Which.
    output
        The file; standard output where absent. It appears when it is whole.
    """
    if folder is not None:
        work = Export(_checked(folder), wanted.query(), check_form(form))
        return await _write(work.pieces(), output)
    async with connected(common) as api:
        params = {**wanted.params(), "format": form}
        return await _write(api.stream("/audit/export", params=params), output)


async def _write(pieces: AsyncGenerator[bytes, None], output: Path | None) -> None:
    async with aclosing(pieces):
        if output is not None:
            await _write_file(pieces, output)
            return
        async for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()


async def _write_file(pieces: AsyncIterator[bytes], output: Path) -> None:
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as file:
            rows, size = await _copy(pieces, file)
        part.replace(output)
    except OSError as error:
        raise InputError(
            f"{output} cannot be written: {error.strerror}.", where=str(output)
        ) from error
    finally:
        part.unlink(missing_ok=True)
    note(f"[green]done[/green]: {rows:,} records, {size / 2**20:.1f} MiB in {harmless(output)}.")


async def _copy(pieces: AsyncIterator[bytes], file: BinaryIO) -> tuple[int, int]:
    rows = size = told = 0
    async for piece in pieces:
        await asyncio.to_thread(file.write, piece)
        rows, size = rows + piece.count(b"\n"), size + len(piece)
        if size - told > _PROGRESS_BYTES:
            told = size
            note(f"[dim]{rows:,} records, {size / 2**20:.0f} MiB[/dim]")
    return rows, size


async def follow(
    *,
    wanted: Filter = _EVERYTHING,
    after: int | None = None,
    common: Common = _NO_OPTIONS,
) -> int:
    """Print records as they come, until interrupted; gaps are told.

    Where the hub restarts, it is waited for, and nothing is left out.

    Parameters
    ----------
    wanted
        Which.
    after
        Begin behind the record of this number instead of now.
    """
    place = after
    while True:
        async with connected(common) as api:
            if not api.live:
                note("No hub is running here: nothing comes.")
                return EXIT_FAILED
            params: dict[str, Any] = wanted.params()
            if place is not None:
                params["after"] = place
            # The hub may end in the middle: the last whole frame is where to go on.
            with suppress(httpx.ReadError, httpx.RemoteProtocolError):
                async with aclosing(_frames(api, params)) as frames:
                    async for frame in frames:
                        place = max(place or 0, frame["to"])
                        _show_frame(frame, common)
        await _until_served(common)


async def _until_served(common: Common) -> None:
    folder = DataDir(common.options().data.absolute())
    note("[yellow]The hub ended the stream; it is waited for.[/yellow]")
    while not folder.is_served():  # noqa: ASYNC110 - another process
        await asyncio.sleep(RETRY_SECONDS)


async def _frames(api: Api, params: dict[str, Any]) -> AsyncGenerator[dict[str, Any], None]:
    rest = b""
    async with aclosing(api.stream("/audit/follow", params=params)) as pieces:
        async for piece in pieces:
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield json.loads(line)


def _show_frame(frame: dict[str, Any], common: Common) -> None:
    if common.json:
        sys.stdout.write(json.dumps(frame, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    elif frame["type"] == "record":
        show_records([frame["record"]])
    elif frame["type"] == "gap":
        numbers = f"{frame['from']} to {frame['to']}"
        note(
            f"[bold yellow]gap[/bold yellow]: records {numbers}: {harmless(frame['reason'])}"
            f" {harmless(frame['next'])}"
        )


def _checked(folder: Path) -> Path:
    if not any(folder.glob("audit-*.jsonl")):
        raise NotFoundError(f"There are no segments of an audit log in {folder}.", where="folder")
    return folder


def show_records(records: list[dict[str, Any]]) -> None:
    """Print records for a person, a line each, and a line for each reason."""
    if not records:
        return say("No records match.")
    rows = [_cells(one) for one in records]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for text in _lines(records, rows, widths):
        say(text)
    return None


def _lines(
    records: list[dict[str, Any]], rows: list[tuple[str, ...]], widths: list[int]
) -> Iterator[str]:
    for one, row in zip(records, rows, strict=True):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
        # A line of its own: nobody reads a sentence in a narrow column.
        if one["reason"]:
            yield f"{' ' * widths[0]}  [dim]{_line(one['reason'])}[/dim]"


def _cells(record: dict[str, Any]) -> tuple[str, ...]:
    took = record["execution_ms"]
    moment = datetime.fromisoformat(record["time"]).astimezone()
    return (
        str(record["seq"]),
        f"{moment:%m-%d %H:%M:%S}",
        _line(who_acted(record)),
        _line(record["action"]),
        record["outcome"],
        "" if took is None else f"{took:.1f} ms",
        _line(record["target"]),
    )


def who_acted(record: dict[str, Any]) -> str:
    """Tell who acted."""
    actor = record["actor"]
    return str(actor["name"] or actor["id"] or actor["kind"])


def _line(text: str) -> str:
    return harmless(text).replace("\n", " ")


def register(app: App) -> None:
    """Put the commands in their place."""
    for command in (search, trace, export, follow):
        app.command(command)
