"""Interactive blocks: what stands in messages and widgets of sandboxed plugins. Data, never HTML.

One table: the check, `docs/plugin-guide/kit.md` and TypeScript's types are made of it. Text is
Markdown as people write it. A click of a button brings `onActionExecute` to the plugin whose block
it is, with what the person chose in the other blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from plexihub_sdk.errors import InputError
from plexihub_sdk.shape import (
    Choice,
    Either,
    Flag,
    Many,
    Number,
    Part,
    Record,
    Scalar,
    Text,
    size_of,
)

MOST_BLOCKS = 20
MOST_BYTES = 32 * 1024
LONGEST_ANSWER = 2000
_NAME = Text(most=64, pattern=r"[A-Za-z][A-Za-z0-9_.-]*", like="vote")
_LABEL = Text(most=80)
_FILE = Text(
    most=36,
    pattern=r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    like="0190c2f5-6a3e-7c41-9d2b-3f1e5a7b9c0d",
)

BUTTON = Record(
    "Button",
    "A button.",
    (
        Part("action", _NAME, "What `onActionExecute` is called with."),
        Part("label", _LABEL, "On the button."),
        Part("value", Text(most=200, least=0), "Told with the action.", optional=True),
        Part("style", Choice(("plain", "primary", "danger")), "How it looks.", optional=True),
    ),
)
OPTION = Record(
    "Option",
    "One entry of a select.",
    (
        Part("value", Text(most=100), "What the plugin is told."),
        Part("label", _LABEL, "What the person reads."),
    ),
)


def _block(kind: str, name: str, doc: str, *parts: Part) -> Record:
    return Record(name, doc, (Part("type", Choice((kind,)), "Which block it is."), *parts))


#: What a chart shows, in a block and in a widget.
CHART_PARTS = (
    Part("values", Many(of=Number(), most=500), "The height of each bar or point."),
    Part("labels", Many(of=Scalar(most=100), most=500), "Below each of them.", optional=True),
    Part("kind", Choice(("bar", "line")), "How it is drawn; bars by default.", optional=True),
    Part("title", Text(most=100, least=0), "What it shows.", optional=True),
)
PROGRESS_PARTS = (
    Part("value", Number(least=0), "How far it is."),
    Part("most", Number(least=0), "What it can reach; 100 by default.", optional=True),
    Part("label", Text(most=100, least=0), "What it is.", optional=True),
    Part("hint", Text(most=100, least=0), "Beside the bar, such as `3 votes`.", optional=True),
)
SELECT = _block(
    "select",
    "SelectBlock",
    "A choice among a few entries; told with the next button that is clicked.",
    Part("id", _NAME, "Its name among the values."),
    Part("label", _LABEL, "Above it."),
    Part("options", Many(of=OPTION, most=50, least=1), "What can be chosen."),
    Part("initial", Text(most=100), "The value that is chosen at first.", optional=True),
)
INPUT = _block(
    "input",
    "InputBlock",
    "A field to write in; told with the next button that is clicked.",
    Part("id", _NAME, "Its name among the values."),
    Part("label", _LABEL, "Above it."),
    Part("placeholder", Text(most=80, least=0), "Shown while it is empty.", optional=True),
    Part("initial", Text(most=500, least=0, line=False), "What stands in it.", optional=True),
    Part("multiline", Flag(), "Whether it has several lines.", optional=True),
)
BLOCK = Either(
    "Block",
    {
        "text": _block(
            "text",
            "TextBlock",
            "A paragraph.",
            Part("text", Text(most=3000, line=False), "Markdown."),
        ),
        "note": _block(
            "note",
            "NoteBlock",
            "A quiet line.",
            Part("text", Text(most=300), "Plain text."),
        ),
        "buttons": _block(
            "buttons",
            "ButtonsBlock",
            "Buttons in a row.",
            Part("buttons", Many(of=BUTTON, most=10, least=1), "Each with an action of its own."),
        ),
        "select": SELECT,
        "input": INPUT,
        "progress": _block("progress", "ProgressBlock", "A bar.", *PROGRESS_PARTS),
        "chart": _block("chart", "ChartBlock", "A chart.", *CHART_PARTS),
        "image": _block(
            "image",
            "ImageBlock",
            "A picture that is a file of the hub.",
            Part("file", _FILE, "The file's id; who may not read it sees the words instead."),
            Part("alt", Text(most=200), "What the picture shows, for those who do not see it."),
        ),
        "divider": _block("divider", "DividerBlock", "A line between two parts."),
    },
)
_LIST = Many(of=BLOCK, most=MOST_BLOCKS)


def check_blocks(value: object, where: str = "blocks") -> list[dict[str, Any]]:
    """Read the blocks of a message or a widget.

    Raises:
        InputError: One of them is wrong; `where` names the part.
    """
    _LIST.check(value, where)
    blocks: list[dict[str, Any]] = [dict(one) for one in value]  # type: ignore[attr-defined]
    if size_of(blocks, where) > MOST_BYTES:
        raise InputError(f"`{where}` may have {MOST_BYTES} bytes at most.", where=where)
    seen: set[str] = set()
    for index, one in enumerate(blocks):
        name = one.get("id")
        if name in seen:
            raise InputError(f"Two blocks have the id {name!r}.", where=f"{where}[{index}].id")
        if isinstance(name, str):
            seen.add(name)
        _check_initial(one, f"{where}[{index}]")
    return blocks


def _check_initial(block: Mapping[str, Any], where: str) -> None:
    if block["type"] != "select":
        return
    values = [option["value"] for option in block["options"]]
    if len(set(values)) != len(values):
        raise InputError("Two options have the same value.", where=f"{where}.options")
    if block.get("initial", values[0]) not in values:
        raise InputError("`initial` is none of the options.", where=f"{where}.initial")


def is_offered(blocks: Sequence[Mapping[str, Any]], action: object, value: object) -> bool:
    """Whether a button of these blocks has this action and this value (None where it has none)."""
    return any(
        button["action"] == action and button.get("value") == value
        for block in blocks
        if block["type"] == "buttons"
        for button in block["buttons"]
    )


def read_values(blocks: Sequence[Mapping[str, Any]], given: object) -> dict[str, str]:
    """Read what a person chose and wrote in the blocks.

    Raises:
        InputError: It names a field that is not there, or an option that is none.
    """
    if not isinstance(given, Mapping):
        raise InputError("`values` must be an object.", where="values")
    fields = {one["id"]: one for one in blocks if one["type"] in {"select", "input"}}
    found: dict[str, str] = {}
    for name, value in given.items():
        field = fields.get(name) if isinstance(name, str) else None
        if field is None:
            raise InputError(f"There is no field {str(name)[:64]!r} here.", where="values")
        if not isinstance(value, str) or len(value) > LONGEST_ANSWER or "\0" in value:
            raise InputError(
                f"`{name}` must be text of at most {LONGEST_ANSWER} characters.",
                where=f"values.{name}",
            )
        is_option = field["type"] == "input" or any(
            option["value"] == value for option in field["options"]
        )
        if not is_option:
            raise InputError(f"`{name}` has no such option.", where=f"values.{name}")
        found[name] = value
    return found
