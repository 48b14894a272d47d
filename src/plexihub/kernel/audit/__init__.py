"""The audit log: append-only records, each chained to the one before by its hash."""

from plexihub.kernel.audit.follow import Place, read_after
from plexihub.kernel.audit.log import AuditExtent, AuditLog
from plexihub.kernel.audit.read import AuditQuery, search
from plexihub.kernel.audit.record import AuditRecord, RecordActor
from plexihub.kernel.audit.service import AuditService
from plexihub.kernel.audit.verify import Bad, Verdict, verify

__all__ = (
    "AuditExtent",
    "AuditLog",
    "AuditQuery",
    "AuditRecord",
    "AuditService",
    "Bad",
    "Place",
    "RecordActor",
    "Verdict",
    "read_after",
    "search",
    "verify",
)
