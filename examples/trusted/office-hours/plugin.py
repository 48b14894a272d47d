"""Lets members sign in during office hours only; administrators come in at any time."""

from datetime import datetime

from plexihub_sdk import Veto

OPENS, CLOSES = 8, 18
DAYS = range(5)  # Monday to Friday


class OfficeHoursPlugin:
    def __init__(self, context):
        self.now = datetime.now  # local time of the hub's machine
        context.get_service("events").on("user.authenticating", self.check)

    def check(self, data):
        moment = self.now()
        is_open = moment.weekday() in DAYS and OPENS <= moment.hour < CLOSES
        if data["role"] != "admin" and not is_open:
            raise Veto(f"Sign-in is open from {OPENS}:00 to {CLOSES}:00, Monday to Friday.")
