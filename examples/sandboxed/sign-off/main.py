"""Asks a channel to approve something; whoever did not ask decides, once."""

from datetime import UTC, datetime

from .card import LONGEST, decided, open_card

DONE = {"approve": "approved", "decline": "declined"}


async def on_command(call, plugin):
    what = call["text"].strip()
    if not what or len(what) > LONGEST:
        return f"Say in up to {LONGEST} signs what is to be approved: `/signoff Tag the release`"
    values = {"what": what, "asked_by": call["user_id"], "asked_at": datetime.now(UTC)}
    request = await plugin.api.tables.insert("requests", values)
    return {"visible": "all", "text": f"To be approved: {what}", "blocks": open_card(request)}


async def on_action_execute(call, plugin):
    context = call["context"]
    # Only a click in a message was checked by the hub: who may click, and which buttons there are.
    if context.get("source") != "message" or call["action"] not in DONE:
        return None
    request = await find(plugin, context["value"])
    if request is None:
        return {"result": "This request is not known any more."}
    if request["asked_by"] == plugin.user_id:
        return {"result": "Somebody else decides about what you ask for."}
    reason = context["values"].get("reason", "").strip()
    if call["action"] == "decline" and not reason:
        return {"result": "Say why, in the field above the buttons."}
    state, name = DONE[call["action"]], await name_of_person(plugin)
    # Of two who click at one time, one finds it open.
    still_open = {"id": request["id"], "state": "open"}
    changes = {"state": state, "decided_by": plugin.user_id}
    if not await plugin.api.tables.update("requests", still_open, changes):
        return {"result": "Somebody else decided already."}
    await plugin.api.emit("decided", {"request": request["id"], "state": state})
    return {"result": f"You {state} it.", "blocks": decided(request, state, name, reason)}


async def on_dashboard_load(context, plugin):
    mine = {"asked_by": context["user_id"]}
    found = await plugin.api.tables.find("requests", where=mine, order=["-asked_at"], limit=5)
    if not found:
        return None
    rows = [[one["what"], one["state"]] for one in found]
    table = {"columns": ["What", "State"], "rows": rows}
    return {
        "custom_widgets": [
            {"id": "mine", "component": "Table", "title": "What you asked for", "props": table}
        ]
    }


async def find(plugin, request_id):
    found = await plugin.api.tables.find("requests", where={"id": request_id})
    return found[0] if found else None


async def name_of_person(plugin):
    """Read the name of whoever clicked: of `users`, a plugin sees their own row alone."""
    rows = await plugin.api.query("SELECT display_name FROM users WHERE id = $1", [plugin.user_id])
    return rows[0]["display_name"] if rows else "Somebody"
