"""Raises all kinds of things."""


class Unshowable(Exception):
    def __str__(self):
        raise RuntimeError("not even this")


def on_dashboard_load():
    raise ValueError("the widget is out of range")


def on_data_fetch():
    raise SystemExit("enough")


async def on_action_execute():
    raise Unshowable


async def on_auth_success():
    return {"alive": True}
