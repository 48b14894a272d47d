"""What a sandboxed plugin sees of a hook's payload, and what of its answer is let in.

Pure. The answer is foreign data: the whole of it is checked before the first key is merged, so a
bad one changes nothing. A plugin may set the hook's results and nothing else; keys it only sent
back unchanged do no harm.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, MutableMapping
from functools import cache
from typing import Annotated, Any, get_type_hints

import msgspec

from plexihub_sdk.errors import InputError, ProtocolError
from plexihub_sdk.hooks import HookType
from plexihub_sdk.ids import PluginId
from plexihub_sdk.kit import check_props

WIDGETS = "customWidgets"
FETCHING, FETCHED = "data.fetching", "transformedData"
MAX_WIDGETS = 50
#: Of all its widgets on one dashboard, for every browser that opens it.
MAX_WIDGET_BYTES = 256 * 1024
LONGEST_NAME = 100
#: What the sandboxed handlers of a hook may set; elsewhere every declared key.
RESULTS: Mapping[str, frozenset[str]] = {
    "dashboard.loading": frozenset({WIDGETS}),
    FETCHING: frozenset({FETCHED}),
    "action.executing": frozenset({"result", "metadata"}),
}
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]


class _Widget(msgspec.Struct, frozen=True):
    id: _Name
    component: _Name
    props: dict[str, Any] = msgspec.field(default_factory=dict)
    title: Annotated[str, msgspec.Meta(max_length=200)] = ""


def view(hook: HookType, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what a sandboxed plugin receives: the payload without other plugins' widgets."""
    hidden = WIDGETS if _has_widgets(hook) else None
    return {key: value for key, value in payload.items() if key != hidden}


def has_widgets(hook: HookType, answer: Any) -> bool:
    """Whether an answer brings widgets, which takes a permission."""
    return _has_widgets(hook) and isinstance(answer, Mapping) and bool(answer.get(WIDGETS))


def merge(hook: HookType, payload: MutableMapping[str, Any], answer: Any, plugin: PluginId) -> None:
    """Merge a sandboxed plugin's answer into a hook's payload.

    Args:
        hook: Which hook it answered.
        payload: Changed in place, and only when the whole answer is right.
        answer: What came back; None means that it changes nothing.
        plugin: Whose answer it is; stamped on its widgets.

    Raises:
        ProtocolError: The answer is no object, sets what it may not, or has a value of another
            type than the hook declares.
    """
    if answer is None:
        return
    if not isinstance(answer, Mapping):
        kind = type(answer).__name__
        raise ProtocolError(
            f"{plugin} answered with a {kind} where an object is needed.", where=hook.name
        )
    patch = {
        key: _checked(hook, key, value, plugin)
        for key, value in answer.items()
        if not _unchanged(hook, payload, key, value)
    }
    if WIDGETS in patch and _has_widgets(hook):
        patch[WIDGETS] = [*payload.get(WIDGETS, ()), *patch[WIDGETS]]
    payload.update(patch)


def _has_widgets(hook: HookType) -> bool:
    return WIDGETS in RESULTS.get(hook.name, ())


def _unchanged(hook: HookType, payload: Mapping[str, Any], key: Any, value: Any) -> bool:
    return key not in _results(hook) and key in payload and payload[key] == value


@cache
def _hints(hook: HookType) -> dict[str, Any]:
    return get_type_hints(hook.payload)


def _results(hook: HookType) -> frozenset[str]:
    return RESULTS.get(hook.name) or frozenset(_hints(hook))


def _checked(hook: HookType, key: Any, value: Any, plugin: PluginId) -> Any:
    name = str(key)[:LONGEST_NAME]  # to look for its like takes time, and it is shown
    where = f"{hook.sandbox_name or hook.name}.{name}"
    if key not in _results(hook):
        close = difflib.get_close_matches(name, _results(hook), n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ProtocolError(f"{plugin} may not set {name!r} here.{hint}", where=where)
    try:
        if key == WIDGETS and _has_widgets(hook):
            return _widgets(value, plugin)
        return msgspec.convert(value, _hints(hook)[key])
    except msgspec.ValidationError as error:
        raise ProtocolError(f"{plugin} answered wrongly: {error}.", where=where) from error


def _check_props(widget: _Widget) -> None:
    try:
        check_props(widget.component, widget.props)
    except InputError as error:
        raise msgspec.ValidationError(f"{error.message} (widget {widget.id!r})") from None


def _widgets(value: Any, plugin: PluginId) -> list[dict[str, Any]]:
    widgets = msgspec.convert(value, list[_Widget])
    if len(widgets) > MAX_WIDGETS:
        raise msgspec.ValidationError(f"more than {MAX_WIDGETS} widgets")
    if len(msgspec.json.encode(widgets)) > MAX_WIDGET_BYTES:
        raise msgspec.ValidationError(f"widgets of more than {MAX_WIDGET_BYTES} bytes")
    for widget in widgets:
        _check_props(widget)
    if len({widget.id for widget in widgets}) < len(widgets):
        raise msgspec.ValidationError("two widgets have the same id")
    return [{**msgspec.structs.asdict(widget), "plugin": plugin} for widget in widgets]
