"""What the plugin keeps of each person, in a table of its own."""

from plexihub_sdk import Model, column


class TotpKey(Model, table="totp_keys"):
    """One person's key; it counts when a first code has confirmed it."""

    user_id: str = column(primary_key=True, references="User.id")
    secret: str = column(max_length=64)
    confirmed: bool = column(default=False)
    last_step: int = column(default=0)
    recovery: list = column(default=list)
