"""Puts what is done to people, roles and sessions on record, however it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from plexihub.kernel.context import CallContext
from plexihub.kernel.outcome import outcome_of, sentence
from plexihub.kernel.ports import AuditEntry, AuditSink


@asynccontextmanager
async def audited(
    audit: AuditSink, ctx: CallContext, action: str, target: str, **details: Any
) -> AsyncIterator[AuditEntry]:
    """Record what the block does, with its failure where it has one."""
    entry = AuditEntry(ctx=ctx, action=action, target=target, details=details)
    try:
        yield entry
    except BaseException as error:
        entry.outcome, entry.reason = outcome_of(error), sentence(error)
        raise
    finally:
        audit.append(entry)
