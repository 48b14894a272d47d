"""Write the reference of everything a trusted plugin reaches: `make generate`.

The services come from a real hub, so that a new one cannot be forgotten; the words are the
docstrings of its own code.
"""

from __future__ import annotations

import asyncio
import inspect
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from plexihub.app import Hub, HubOptions
from plexihub.kernel.consent import WARNING
from plexihub.kernel.plugins import PluginRecord
from plexihub.runtimes.trusted import TrustedContext
from plexihub.services.database.handle import Handle
from plexihub.services.database.record import Row
from plexihub_sdk.capabilities import CAPABILITIES, EFFECTS, SYSTEM_GRANTS, capability_of

PAGE = Path(__file__).parents[1] / "docs" / "plugin-guide" / "reference.md"
#: What services hand out, and where it comes from.
HANDED_OUT: dict[str, type] = {
    "A model: `database.get_model(name)`": Handle,
    "A record: what models find and create": Row,
    "A plugin: what `plugins.list()` and `plugins.get()` answer": PluginRecord,
}
_SECTION = re.compile(r"^(Args|Returns|Raises|Yields):$")


async def services() -> dict[str, Any]:
    """Start a hub without plugins, and answer every service it registered."""
    with tempfile.TemporaryDirectory() as folder:
        options = HubOptions(
            data=Path(folder) / "hub", settings_file=Path(folder) / "none", start_plugins=False
        )
        async with Hub(options) as hub:
            return {name: hub.kernel.services.get(name) for name in hub.kernel.services.names()}


def public_methods(kind: type) -> dict[str, Any]:
    """Answer the public methods and properties of a class, inherited ones too."""
    found = {}
    for name, value in inspect.getmembers_static(kind):
        inner = value.__func__ if isinstance(value, staticmethod | classmethod) else value
        if not name.startswith("_") and (inspect.isfunction(inner) or isinstance(inner, property)):
            found[name] = inner
    return found


def undocumented(found: Mapping[str, Any]) -> list[str]:
    """Name every service and public method that says nothing of itself."""
    missing = []
    for name, service in found.items():
        kind = type(service)
        if not (kind.__doc__ or "").strip():
            missing.append(name)
        for method, value in public_methods(kind).items():
            if not (value.__doc__ or "").strip():
                missing.append(f"{name}.{method}")
    return missing


def page(found: Mapping[str, Any]) -> str:
    """Write the whole page."""
    return "\n".join(_page(found)).rstrip() + "\n"


def _page(found: Mapping[str, Any]) -> Iterator[str]:
    yield "# What a trusted plugin can do"
    yield ""
    yield "*Made by `make generate` from the code; a test compares it.*"
    yield ""
    yield f"**{WARNING}** A poor or hostile one can " + ", ".join(EFFECTS) + "."
    yield ""
    yield "This page is the full scope of what it reaches, for those who write one and for those"
    yield "who decide whether to trust it. What stands outside of the services (files, network,"
    yield "programs) is described in [System access](system-access.md)."
    yield ""
    yield "## How much harm each part can do"
    yield ""
    yield "| part of the hub | mostly used by | rating | what that can mean |"
    yield "|---|---|---|---|"
    for one in CAPABILITIES.values():
        methods = ", ".join(f"`{method}`" for method in one.methods)
        yield f"| {one.title} | {methods} | **{one.rating.title()}** | {one.impact} |"
    yield ""
    yield "Outside of the services it has system grants, which an administrator can take back:"
    yield ""
    for grant in SYSTEM_GRANTS.values():
        yield f"- `{grant.name}`: {grant.says}"
    yield ""
    yield "## The context"
    yield ""
    yield "A plugin is a class whose constructor takes one `context`:"
    yield ""
    yield "- `context.plugin_id`: its own id."
    yield "- `context.data_dir`: a folder of its own to keep files in."
    yield "- `context.log`: its own logger."
    yield ""
    yield from _methods("context", TrustedContext)
    yield "## Services"
    yield ""
    for name in found:
        yield f"- [`{name}`](#{name})"
    yield ""
    for name, service in found.items():
        yield from _service(name, type(service))
    yield "## What services hand out"
    yield ""
    for title, kind in HANDED_OUT.items():
        yield f"### {title}"
        yield ""
        yield from _text(kind)
        yield from _methods("", kind)


def _service(name: str, kind: type) -> Iterator[str]:
    row = capability_of(name)
    yield f"### {name}"
    yield ""
    yield f"`context.get_service({name!r})` answers the one `{kind.__name__}` of the hub."
    yield f"**{row.rating.title()}**: {row.impact}"
    yield ""
    yield from _text(kind)
    yield from _methods(name, kind)


def _methods(name: str, kind: type) -> Iterator[str]:
    for method, value in public_methods(kind).items():
        prefix = f"{name}." if name else ""
        yield f"#### `{prefix}{method}`"
        yield ""
        if not isinstance(value, property):
            yield "```python"
            yield _signature(method, value)
            yield "```"
            yield ""
        yield from _text(value)


def _signature(name: str, value: Any) -> str:
    begin = "async def" if inspect.iscoroutinefunction(value) else "def"
    parts, is_star = [], False
    for one in list(inspect.signature(value).parameters.values())[1:]:
        if one.kind is one.KEYWORD_ONLY and not is_star:
            parts.append("*")
            is_star = True
        is_star = is_star or one.kind is one.VAR_POSITIONAL
        stars = "*" * (one.kind is one.VAR_POSITIONAL) + "**" * (one.kind is one.VAR_KEYWORD)
        kind = "" if one.annotation is one.empty else f": {one.annotation}"
        parts.append(f"{stars}{one.name}{kind}{_default(one)}")
    answer = inspect.signature(value).return_annotation
    told = "" if answer is inspect.Signature.empty else f" -> {answer}"
    return f"{begin} {name}({', '.join(parts)}){told}"


def _default(one: inspect.Parameter) -> str:
    if one.default is one.empty:
        return ""
    # What has only an address to show differs from one run to the next.
    shown = repr(one.default)
    return f" = {'...' if ' at 0x' in shown else shown}"


def _text(value: Any) -> Iterator[str]:
    """Write a Google-style docstring as Markdown."""
    inside, entry = "", None
    for line in (inspect.getdoc(value) or "").splitlines():
        if section := _SECTION.match(line):
            inside = section.group(1)
            yield f"{inside}:"
            yield ""
        elif inside and (entry := re.match(r"^ {4}(\*{0,2}\w+): (.*)", line)):
            yield f"- `{entry.group(1)}`: {entry.group(2)}"
        else:
            yield line.strip() if not inside else f"  {line.strip()}".rstrip()
    yield ""


def main() -> None:
    """Write the page."""
    found = asyncio.run(services())
    if missing := undocumented(found):
        raise SystemExit(f"Without a docstring: {', '.join(missing)}")
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
