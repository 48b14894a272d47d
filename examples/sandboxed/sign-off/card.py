"""The message of a request: with its buttons while it is open, with the decision afterwards."""

LONGEST = 200


def open_card(request):
    buttons = [
        {"action": "approve", "label": "Approve", "value": request["id"], "style": "primary"},
        {"action": "decline", "label": "Decline", "value": request["id"], "style": "danger"},
    ]
    field = {"id": "reason", "label": "Reason", "placeholder": "Needed to decline"}
    return [
        {"type": "text", "text": f"**To be approved:** {request['what']}"},
        {"type": "input", **field},
        {"type": "buttons", "buttons": buttons},
    ]


def decided(request, state, name, reason):
    told = f"{state.capitalize()} by {name}"
    # What a person wrote is shown as a note, which is plain text.
    note = f"{told}: {reason}" if reason else f"{told}."
    return [
        {"type": "text", "text": f"**{state.capitalize()}:** {request['what']}"},
        {"type": "note", "text": " ".join(note.split())[:300]},
    ]
