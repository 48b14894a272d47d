"""A slash command, and a button beside the field in which one writes."""

import re
import secrets

from plexihub_sdk import Command, CommandAnswer, ComposerButton
from plexihub_sdk.errors import InputError

DICE = re.compile(r"([1-9][0-9]?)?d([1-9][0-9]{0,2})")
POLISH = "/api/v1/slash-command/polish"


class SlashCommandPlugin:
    def __init__(self, context):
        ui = context.get_service("ui")
        ui.register_command(
            Command(name="roll", description="Roll dice for all to see", hint="2d6"), self.roll
        )
        ui.register_composer_button(
            ComposerButton(id="polish", label="Polish the draft", icon="star", route=POLISH)
        )
        context.get_service("api").register_route("POST", POLISH, self.polish)

    def roll(self, call):
        dice = DICE.fullmatch(call.text or "d6")
        if dice is None:
            raise InputError("That is no dice.", where="text", next="For example: /roll 2d6")
        thrown = [secrets.randbelow(int(dice[2])) + 1 for _ in range(int(dice[1] or 1))]
        parts = " + ".join(map(str, thrown))
        return CommandAnswer(text=f"🎲 {dice[0]}: {parts} = **{sum(thrown)}**", to_all=True)

    def polish(self, request):
        draft = request.value("draft", str).strip()
        if not draft:
            return {"message": "Write something first."}
        return {"draft": draft[0].upper() + draft[1:] + ("" if draft[-1] in ".!?" else ".")}
