"""The hub's own components, of which sandboxed plugins make widgets: each with what it shows.

One table: the check of `props`, `docs/plugin-guide/kit.md` and TypeScript's types are made of it.
A component that is not in it is shown as a card with its properties, whatever they are; so is
nothing but a chart what is called `CustomChart`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexihub_sdk.blocks import (
    BLOCK,
    BUTTON,
    CHART_PARTS,
    INPUT,
    MOST_BLOCKS,
    PROGRESS_PARTS,
    SELECT,
    check_blocks,
)
from plexihub_sdk.errors import InputError
from plexihub_sdk.shape import Either, Many, Part, Record, Scalar, Text, size_of

MOST_BYTES = 64 * 1024
_TITLE = Part("title", Text(most=100, least=0), "Heading, where the widget has none.", True)
_FIELD = Either("FormField", {"select": SELECT, "input": INPUT})

COMPONENTS: dict[str, Record] = {
    "Text": Record(
        "TextProps",
        "A paragraph.",
        (Part("text", Scalar(most=10_000), "What it says.", True), _TITLE),
    ),
    "Stat": Record(
        "StatProps",
        "One number, large.",
        (
            Part("value", Scalar(), "The number."),
            Part("label", Scalar(), "What it counts.", True),
            Part("hint", Scalar(), "Below it, small.", True),
            _TITLE,
        ),
    ),
    "List": Record(
        "ListProps",
        "Lines, one below the other.",
        (Part("items", Many(of=Scalar(), most=500), "The lines."), _TITLE),
    ),
    "Chart": Record("ChartProps", "A chart.", CHART_PARTS),
    "Table": Record(
        "TableProps",
        "A table.",
        (
            Part("columns", Many(of=Text(most=100), most=20, least=1), "Their headings."),
            Part("rows", Many(of=Many(of=Scalar(), most=20), most=200), "One list a row."),
            _TITLE,
        ),
    ),
    "Progress": Record("ProgressProps", "A bar.", (*PROGRESS_PARTS, _TITLE)),
    "Buttons": Record(
        "ButtonsProps",
        "Buttons; a click calls `onActionExecute`.",
        (
            Part("buttons", Many(of=BUTTON, most=10, least=1), "Each with an action of its own."),
            Part("text", Text(most=1000, least=0, line=False), "Above them, Markdown.", True),
            _TITLE,
        ),
    ),
    "Form": Record(
        "FormProps",
        "Fields, and a button that hands them to `onActionExecute`.",
        (
            Part("fields", Many(of=_FIELD, most=MOST_BLOCKS - 1, least=1), "What can be filled."),
            Part("submit", BUTTON, "The button below them."),
            _TITLE,
        ),
    ),
    "Blocks": Record(
        "BlocksProps",
        "Interactive blocks, as in a message.",
        (Part("blocks", Many(of=BLOCK, most=MOST_BLOCKS, least=1), "The blocks."), _TITLE),
    ),
}


def check_props(component: str, props: object) -> None:
    """See that a component of the kit gets props that it can show.

    Raises:
        InputError: It does not; `where` names the prop.
    """
    if not isinstance(props, Mapping):
        raise InputError("`props` must be an object.", where="props")
    if size_of(props, "props") > MOST_BYTES:
        raise InputError(f"`props` may have {MOST_BYTES} bytes at most.", where="props")
    if (record := COMPONENTS.get(component)) is not None:
        record.check(props, "props")
        check_blocks(blocks_of(component, props), "props.blocks")
        if component == "Table":
            _check_rows(props)


def _check_rows(props: Mapping[str, Any]) -> None:
    wide = len(props["columns"])
    for index, row in enumerate(props["rows"]):
        if len(row) > wide:
            raise InputError(
                f"`props.rows[{index}]` has more cells than there are columns.",
                where=f"props.rows[{index}]",
            )


def blocks_of(component: str, props: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Answer the interactive blocks that a widget is made of; none where it is of another kind."""
    if component == "Blocks":
        return list(props["blocks"])
    if component == "Form":
        submit = {"type": "buttons", "buttons": [props["submit"]]}
        return [*props["fields"], submit]
    if component == "Buttons":
        above = [{"type": "text", "text": props["text"]}] if props.get("text") else []
        return [*above, {"type": "buttons", "buttons": props["buttons"]}]
    return []
