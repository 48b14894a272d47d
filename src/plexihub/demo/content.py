"""What the demo hub contains, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as."""

    username: str
    display_name: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoMessage:
    """Something somebody said, so many minutes before now.

    Args:
        channel: Where.
        author: Who.
        minutes_ago: When.
        text: What.
        key: A name, where something refers to it.
        answers: The key of the message below which it stands.
        reactions: Emoji, and who put them there.
    """

    channel: str
    author: str
    minutes_ago: int
    text: str
    key: str = ""
    answers: str = ""
    reactions: tuple[tuple[str, tuple[str, ...]], ...] = ()


PEOPLE = (
    DemoPerson("ada", "Ada Okafor", "admin"),
    DemoPerson("grace", "Grace Lindqvist", "member"),
    DemoPerson("tomas", "Tomas Rivera", "member"),
)

CHANNELS = (
    ("general", "Everything that fits nowhere else"),
    ("launch", "Getting the spring release out of the door"),
)

DASHBOARD = "Team overview"

#: In the order they were said.
MESSAGES = tuple(
    DemoMessage(*said)
    for said in (
        (
            "general",
            "ada",
            2870,
            "Good morning, and welcome to **our own hub**. No more three chat apps.",
            "",
            "",
            (("🎉", ("grace", "tomas")), ("❤️", ("grace",))),
        ),
        (
            "general",
            "grace",
            2866,
            "Morning! Found it straight away. The dark theme is easy on the eyes.",
        ),
        (
            "general",
            "tomas",
            2851,
            "Hi both. Is the old chat switched off already, or do we run both?",
        ),
        ("general", "ada", 2848, "Both until Friday. After that the old one is read-only."),
        ("general", "tomas", 2846, "Good. I will move the on-call notes over before then."),
        (
            "launch",
            "grace",
            2790,
            (
                "First question here: what still blocks the spring release?\n"
                "1. translations\n2. the import of old invoices\n3. release notes"
            ),
        ),
        (
            "launch",
            "tomas",
            2781,
            "Invoices are mine. The import works, but 14 of 3,200 files fail.",
        ),
        (
            "launch",
            "ada",
            2776,
            "Which ones? If they are all from 2019, that was the broken exporter.",
        ),
        (
            "launch",
            "tomas",
            2752,
            "Checked: all 14 are from March 2019. So yes, the exporter.",
            "exporter",
            "",
            (("👀", ("ada",)),),
        ),
        ("launch", "grace", 2751, "Is that something we can mend afterwards?", "", "exporter"),
        (
            "launch",
            "tomas",
            2750,
            "No, the amounts are not in the files:\n```\ngrep -c amount 2019-03/*.xml\n0\n```",
            "",
            "exporter",
            (("🙏", ("grace",)),),
        ),
        (
            "launch",
            "ada",
            2749,
            "Then we skip them, list them in the report, and tell the two customers ourselves.",
        ),
        ("launch", "grace", 2741, "Fine with me. I will write to them today."),
        ("general", "grace", 2610, "Lunch at half past twelve? The new noodle place is open."),
        ("general", "tomas", 2607, "In!"),
        ("general", "ada", 2605, "Go ahead without me, I am on a call until one. Bring me a menu?"),
        ("general", "grace", 2534, "Menu is on your desk. Number 12 is the one."),
        (
            "launch",
            "grace",
            1455,
            "Both customers answered. One even thanked us for telling them first.",
        ),
        ("launch", "tomas", 1447, "That is a nice start into the day."),
        (
            "launch",
            "tomas",
            1402,
            (
                "Import report is done: 3,186 imported, 14 listed with a reason each. "
                "It took 4 minutes 10 on the small machine."
            ),
            "report",
            "",
            (("🚀", ("ada", "grace")), ("💯", ("grace",))),
        ),
        ("launch", "ada", 1396, "Excellent. Translations?"),
        ("launch", "grace", 1390, "Spanish and Swedish are in. French arrives this afternoon."),
        (
            "general",
            "ada",
            1288,
            "I put a dashboard up: *Team overview*. Plugins can add cards to it.",
        ),
        (
            "general",
            "tomas",
            1281,
            "Saw it. The greeting card there is a plugin in its own process?",
        ),
        (
            "general",
            "ada",
            1279,
            "Yes. You can disable it under Plugins, and the card goes while you watch.",
        ),
        ("general", "tomas", 1274, "I may have tried to break it. It came back after a second."),
        (
            "launch",
            "grace",
            1130,
            "French is here. Two strings are too long for the buttons, fixing them.",
        ),
        ("launch", "grace", 1098, "Fixed. Release notes are next, draft before tonight."),
        ("launch", "ada", 64, "@grace read the draft, it is good. I would put the import first."),
        ("launch", "grace", 52, "Agreed, moved it up. From my side we can go."),
        ("launch", "tomas", 47, "Same here. Tag it tomorrow at ten?", "tag"),
        (
            "launch",
            "grace",
            46,
            "Ten works. I bring cake. 🍰",
            "",
            "tag",
            (("👍", ("ada", "tomas")),),
        ),
        (
            "launch",
            "ada",
            44,
            "Tomorrow at ten. Thank you both, this went calmly for once.",
            "",
            "",
            (("🎉", ("grace", "tomas")), ("👏", ("tomas",))),
        ),
    )
)
