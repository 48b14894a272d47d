"""The kernel: pure policy and bookkeeping; no web, no database, no process."""
