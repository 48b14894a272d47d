"""What a sandboxed plugin finds under `plugin.api`: one table for every language.

Python's `plugin.api` is made of it; `make generate` writes TypeScript's types (`sdk-js/api.ts`) and
what the Deno guest makes its own of (`guest-deno/api_table.ts`). Names of parameters are those on
the wire, camelCase; Python spells them in snake_case. What a method takes and who may call it is
decided by the gateway: a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from plexihub_sdk.permissions import (
    ADMIN_BILLING,
    ADMIN_USERS,
    EVENTS_EMIT,
    SYSTEM_CONFIG,
    UI_RENDER,
    Permission,
)


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter.

    Args:
        name: On the wire, camelCase.
        ts: Its type in TypeScript; shapes (`t.…`) come from `sdk-js/api_types.ts`.
        doc: What it is, one sentence.
        optional: Whether it may be left out.
    """

    name: str
    ts: str
    doc: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiMethod:
    """One method of `plugin.api`.

    Args:
        path: Where it stands under `plugin.api`, snake_case: `query`, `storage.get`.
        name: The gateway's method, `resource.verb`.
        doc: What it does, one sentence.
        permission: What it takes; None where every plugin may.
        params: In the order in which they are given.
        returns: Its answer's type in TypeScript.
        spread: Whether it takes one object, whose fields are the parameters.
    """

    path: str
    name: str
    doc: str
    permission: Permission | None
    params: tuple[Param, ...] = ()
    returns: str = "void"
    spread: bool = False


API: tuple[ApiMethod, ...] = (
    ApiMethod(
        path="emit",
        name="events.emit",
        doc="Tell an event of the plugin's own.",
        permission=EVENTS_EMIT,
        params=(
            Param("name", "string", "Heard by others as `plugin.<id>.<name>`."),
            Param("data", "unknown", "What they are told.", optional=True),
        ),
    ),
    ApiMethod(
        path="render_widget",
        name="ui.render_widget",
        doc="Show a widget on every dashboard until the plugin stops.",
        permission=UI_RENDER,
        params=(
            Param("component", "string", "`Text`, `Stat`, `List`, `Chart`, or a name of its own."),
            Param("props", "Record<string, unknown>", "What the component shows.", optional=True),
            Param("id", "string", "Unique within the plugin.", optional=True),
            Param("title", "string", "Heading of the card.", optional=True),
        ),
        returns="{ id: string }",
        spread=True,
    ),
    ApiMethod(
        path="audit.log",
        name="audit.log",
        doc="Put something on record, in the plugin's own name.",
        permission=None,
        params=(
            Param("eventType", "string", "A noun and a verb, such as `plugin.execution`."),
            Param("action", "string", "What was done, such as the name of the hook."),
            Param("result", '"success" | "failure" | "denied"', "How it ended."),
            Param("userId", "string | null", "For whom, as the plugin has it.", optional=True),
            Param("resource", "string", "What it was done to.", optional=True),
            Param(
                "severity",
                '"low" | "medium" | "high" | "critical"',
                "How grave it is.",
                optional=True,
            ),
            Param(
                "metadata",
                "Record<string, unknown>",
                "Further facts, of 4 KiB at most; never a secret.",
                optional=True,
            ),
        ),
        spread=True,
    ),
    ApiMethod(
        path="users.list",
        name="users.list",
        doc="List the people of this hub.",
        permission=ADMIN_USERS,
        returns="t.Member[]",
    ),
    ApiMethod(
        path="users.create",
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
        path="users.disable",
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
)
