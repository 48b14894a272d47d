"""What TypeScript and readers know of the kit, of blocks and of what `plugin.json` offers."""

from __future__ import annotations

from collections.abc import Iterator

from plexihub_sdk.blocks import BLOCK, BUTTON, OPTION
from plexihub_sdk.kit import COMPONENTS
from plexihub_sdk.offers import NEEDS, OFFERS
from plexihub_sdk.shape import Record
from tools.catalogue import joined

_NOTE = "Written by `make generate`; not edited by hand."


def types() -> str:
    """Make `sdk-js/kit.ts`."""
    return joined(
        [
            "/**",
            f" * The hub's components and interactive blocks, as data. {_NOTE}",
            " *",
            " * @module",
            " */",
            "",
            "// deno-fmt-ignore-file",
            "",
            *_records(),
            "/** What stands in a message or a widget; never HTML. */",
            f"export type Block = {' | '.join(one.name for one in BLOCK.records.values())};",
            "",
            "/** A field of a form. */",
            "export type FormField = SelectBlock | InputBlock;",
            "",
            "/** The props of each component of the kit. */",
            "export interface Kit {",
            *(
                line
                for name, record in COMPONENTS.items()
                for line in (f"  /** {record.doc} */", f"  {name}: {record.name};")
            ),
            "}",
        ]
    )


def page() -> str:
    """Make `docs/plugin-guide/kit.md`."""
    return joined(
        [
            "# Components, blocks and offers",
            "",
            "*Made by `make generate` from the SDK; a test compares it.*",
            "",
            "What a sandboxed plugin shows is data, and the hub draws it. What does not",
            "fit is refused with an error that names the prop or field, such as",
            "`blocks[2].buttons[0].label`. How to use them: [reaching people](reaching-people.md).",
            "",
            "## Components",
            "",
            "For `renderWidget` and `customWidgets`. Any other name is shown as a card with its",
            "properties; `CustomChart` is drawn as a chart of whatever props it has.",
            "",
            *(line for name, one in COMPONENTS.items() for line in _section(f"`{name}`", one)),
            "## Blocks",
            "",
            "For messages, and for the component `Blocks`. A click of a button brings",
            "`onActionExecute` to the plugin whose block it is.",
            "",
            *(line for kind, one in BLOCK.records.items() for line in _section(f"`{kind}`", one)),
            *_section("A button", BUTTON),
            *_section("An option", OPTION),
            "## Offers in plugin.json",
            "",
            *(line for field in OFFERS for line in _offer(field)),
        ]
    )


def _records() -> Iterator[str]:
    for one in (BUTTON, OPTION, *BLOCK.records.values(), *COMPONENTS.values()):
        yield f"/** {one.doc} */"
        yield f"export interface {one.name} {{"
        for part in one.parts:
            yield f"  /** {part.doc} */"
            yield f"  {part.name}{'?' if part.optional else ''}: {part.shape.ts};"
        yield "}"
        yield ""


def _section(title: str, record: Record) -> Iterator[str]:
    yield f"### {title}"
    yield ""
    yield from _table(record)


def _offer(field: str) -> Iterator[str]:
    handler, permission = NEEDS[field]
    record = OFFERS[field]
    yield f"### `{field}`"
    yield ""
    yield f"{record.doc} Takes `{permission}`, and calls `{handler}`."
    yield ""
    yield from _table(record, said=True)


def _table(record: Record, *, said: bool = False) -> Iterator[str]:
    if not said:
        yield record.doc
        yield ""
    yield "| field | | what it must be | for |"
    yield "|---|---|---|---|"
    for part in record.parts:
        needed = "optional" if part.optional else "needed"
        yield f"| `{part.name}` | {needed} | {part.shape.says} | {part.doc} |"
    yield ""
