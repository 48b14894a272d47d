"""Tables for the hub alone: `get_model` does not know them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, UniqueConstraint

from plexihub.services.database.models import ModelSpec
from plexihub.services.database.record import Row
from plexihub.services.database.schema import core
from plexihub.services.database.types import UtcDateTime, json_type
from plexihub_sdk.ids import new_id
from plexihub_sdk.models import now

#: Hosts beyond a plugin's grant that an administrator allowed or refused.
plugin_hosts = Table(
    "plugin_hosts",
    core,
    Column("id", String(36), primary_key=True, default=new_id),
    Column("plugin", String(64), nullable=False, index=True),
    Column("host", String(260), nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("decided_by", String(200), nullable=False, default=""),
    Column("decided_at", UtcDateTime, nullable=False, default=now),
    UniqueConstraint("plugin", "host"),
)

#: Secrets of plugins, sealed with a key that is not here; no model of the service `database`.
plugin_secrets = Table(
    "plugin_secrets",
    core,
    Column("id", String(36), primary_key=True, default=new_id),
    Column("plugin", String(64), nullable=False, index=True),
    Column("name", String(64), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("hosts", json_type(), nullable=False),
    Column("set_by", String(200), nullable=False, default=""),
    Column("set_at", UtcDateTime, nullable=False, default=now),
    UniqueConstraint("plugin", "name"),
)

#: What each plugin did with each permission since it was installed: sums, no single uses.
plugin_permission_uses = Table(
    "plugin_permission_uses",
    core,
    Column("id", String(36), primary_key=True, default=new_id),
    Column("plugin", String(64), nullable=False, index=True),
    Column("permission", String(64), nullable=False),
    Column("allowed", Integer, nullable=False, default=0),
    Column("refused", Integer, nullable=False, default=0),
    Column("last_used", String(40), nullable=False, default=""),
    Column("last_refused", String(40), nullable=False, default=""),
    UniqueConstraint("plugin", "permission"),
)


class PluginHost(Row):
    """What an administrator decided about a host that a plugin's grant does not name."""

    id: str
    plugin: str
    host: str
    allowed: bool
    decided_by: str
    decided_at: datetime


class PluginSecret(Row):
    """A secret of a plugin, sealed."""

    id: str
    plugin: str
    name: str
    sealed: str
    hosts: list[str]
    set_by: str
    set_at: datetime


class PluginPermissionUse(Row):
    """What a plugin did with a permission since it was installed."""

    id: str
    plugin: str
    permission: str
    allowed: int
    refused: int
    last_used: str
    last_refused: str


HIDDEN_MODELS = (
    ModelSpec("PluginPermissionUse", plugin_permission_uses, PluginPermissionUse),
    ModelSpec("PluginHost", plugin_hosts, PluginHost),
    ModelSpec("PluginSecret", plugin_secrets, PluginSecret),
)
