"""What of `plugin.api` takes an administrator's approval, and sandboxes within the sandbox."""

from __future__ import annotations

from plexihub_sdk.api_method import ApiMethod, Param
from plexihub_sdk.permissions import ADMIN_BILLING, ADMIN_USERS, SANDBOX_RUN, SYSTEM_CONFIG

ADMIN_API: tuple[ApiMethod, ...] = (
    ApiMethod(
        path="permissions.request",
        name="permissions.request",
        doc="Ask administrators for a permission that the manifest names; says how it stands.",
        permission=None,
        params=(
            Param("permission", "string", "Such as `messages:write`."),
            Param("reason", "string", "Why, for who decides; 200 characters.", optional=True),
        ),
        returns='"granted" | "pending" | "refused"',
    ),
    ApiMethod(
        path="admin.users.list",
        name="users.list",
        doc="List the people of this hub.",
        permission=ADMIN_USERS,
        returns="t.Member[]",
    ),
    ApiMethod(
        path="admin.users.create",
        name="users.create",
        doc="Create a member.",
        permission=ADMIN_USERS,
        params=(
            Param("username", "string", "Letters, digits and a few signs; unique."),
            Param("password", "string", "To sign in with, until the person sets another."),
            Param("displayName", "string", "For people.", optional=True),
        ),
        returns="t.Member",
        spread=True,
    ),
    ApiMethod(
        path="admin.users.disable",
        name="users.disable",
        doc="Deactivate a member: their sessions end, and they sign in no more.",
        permission=ADMIN_USERS,
        params=(Param("userId", "string", "Whom; no administrator."),),
        returns="t.Member",
    ),
    ApiMethod(
        path="config.get",
        name="config.get",
        doc="Read a setting of the hub's or its own; a secret is masked.",
        permission=SYSTEM_CONFIG,
        params=(Param("key", "string", "Such as `hub.name`."),),
        returns="t.Json",
    ),
    ApiMethod(
        path="config.list",
        name="config.list",
        doc="List the settings, secrets masked.",
        permission=SYSTEM_CONFIG,
        returns="t.SettingRow[]",
    ),
    ApiMethod(
        path="config.set",
        name="config.set",
        doc="Change a setting; no secret, and none of what holds plugins.",
        permission=SYSTEM_CONFIG,
        params=(
            Param("key", "string", "Such as `hub.name`."),
            Param("value", "string | number | boolean | string[]", "Of the setting's type."),
        ),
        returns="t.Json",
    ),
    ApiMethod(
        path="billing.entries",
        name="billing.entries",
        doc="List the ledger, the oldest entry first.",
        permission=ADMIN_BILLING,
        params=(
            Param("userId", "string", "Of one person alone.", optional=True),
            Param("after", "string", "Id of the entry before the first wanted.", optional=True),
            Param("limit", "number", "From 1 to 500; else 100.", optional=True),
        ),
        returns="t.LedgerEntry[]",
        spread=True,
    ),
    ApiMethod(
        path="billing.charge",
        name="billing.charge",
        doc="Charge a person; the same reference again is the same charge.",
        permission=ADMIN_BILLING,
        params=(
            Param("userId", "string", "Whom."),
            Param("cents", "number", "A whole number above zero."),
            Param("reference", "string", "The plugin's own word for this charge."),
            Param("currency", "string", "Three capitals; else `USD`.", optional=True),
            Param("note", "string", "For people.", optional=True),
        ),
        returns="t.LedgerEntry",
        spread=True,
    ),
    ApiMethod(
        path="billing.refund",
        name="billing.refund",
        doc="Give a charge of its own back, or a part of it.",
        permission=ADMIN_BILLING,
        params=(
            Param("chargeId", "string", "Id of the charge."),
            Param("reference", "string", "The plugin's own word for this refund."),
            Param("cents", "number", "How much; else all that is left.", optional=True),
            Param("note", "string", "For people.", optional=True),
        ),
        returns="t.LedgerEntry",
        spread=True,
    ),
    ApiMethod(
        path="sandbox.create",
        name="sandbox.create",
        doc="Make a sandbox within its own and load code in it; see `PluginSandbox`.",
        permission=SANDBOX_RUN,
        params=(
            Param("code", "string", "A plugin's module in TypeScript, of 256 KiB at most."),
            Param("timeout", "number", "Milliseconds that a call may take; 5000.", optional=True),
            Param("memoryLimit", "number", "In MB; 50.", optional=True),
            Param("networkIsolation", "boolean", "Always true.", optional=True),
            Param("fileSystemAccess", "boolean", "Always false.", optional=True),
        ),
        returns="{ id: number }",
        spread=True,
    ),
    ApiMethod(
        path="sandbox.call",
        name="sandbox.call",
        doc="Call a hook of the code in a sandbox.",
        permission=SANDBOX_RUN,
        params=(
            Param("id", "number", "Of the sandbox."),
            Param("hook", "string", "As the code spells it."),
            Param("payload", "object", "What the hook is handed.", optional=True),
        ),
        returns="unknown",
        spread=True,
    ),
    ApiMethod(
        path="sandbox.close",
        name="sandbox.close",
        doc="End a sandbox.",
        permission=SANDBOX_RUN,
        params=(Param("id", "number", "Of the sandbox."),),
    ),
)
