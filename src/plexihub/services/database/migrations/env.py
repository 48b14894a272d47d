"""Run by Alembic: migrates on the connection that `database.migrate` hands over."""

from alembic import context

from plexihub.services.database.schema import core

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=core,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
