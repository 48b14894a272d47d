"""Answers with what JSON cannot carry, and with what it can."""

import datetime
import uuid


def on_dashboard_load():
    return {"set": {1, 2}}


def on_data_fetch():
    answer = {}
    answer["itself"] = answer
    return answer


def on_action_execute():
    return {
        "text": "lone \ud800 surrogate",
        "when": datetime.date(2026, 1, 2),
        "id": uuid.UUID(int=1),
    }


def on_auth_success():
    return None
