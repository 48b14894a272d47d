"""What of a sandboxed plugin's answer is let in."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexihub.kernel.patch import MAX_WIDGETS, merge, view
from plexihub_sdk.errors import ProtocolError
from plexihub_sdk.hooks import HOOKS
from plexihub_sdk.ids import PluginId

HELLO = {"id": "hello-widget", "component": "HelloWorld", "props": {"message": "Hello"}}
SHOWN = {**HELLO, "title": "", "plugin": "hello"}
DASHBOARD, DATA, ACTION = (
    HOOKS[name] for name in ("dashboard.loading", "data.fetching", "action.executing")
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)


def dashboard() -> dict[str, Any]:
    """Make the payload of a dashboard with a widget of another plugin on it."""
    return {
        "userId": "u1",
        "dashboardId": "d1",
        "customWidgets": [{"id": "w", "component": "Text", "props": {}, "plugin": "other"}],
    }


def test_widgets_join_those_of_others() -> None:
    """A plugin's widgets are added to what is there, stamped with its id."""
    payload = dashboard()
    merge(DASHBOARD, payload, {"customWidgets": [HELLO | {"plugin": "other"}]}, PluginId("hello"))
    assert payload["customWidgets"] == [*dashboard()["customWidgets"], SHOWN]


def test_nothing_means_no_change() -> None:
    """An answer of nothing, or of what was sent, changes nothing."""
    payload = dashboard()
    merge(DASHBOARD, payload, None, PluginId("hello"))
    merge(DASHBOARD, payload, {"userId": "u1"}, PluginId("hello"))
    assert payload == dashboard()


def test_sandbox_sees_no_foreign_widgets() -> None:
    """A plugin receives who looks at what, as the design says, and nobody else's widgets."""
    assert view(DASHBOARD, dashboard()) == {"userId": "u1", "dashboardId": "d1"}


@pytest.mark.parametrize(
    ("hook", "answer"),
    [
        (DATA, {"transformedData": [1, {"a": 2}]}),
        (ACTION, {"result": 1, "metadata": {"a": "b"}}),
        (HOOKS["message.creating"], {"text": "hello"}),
    ],
)
def test_declared_results_are_merged(hook: Any, answer: dict[str, Any]) -> None:
    """What a hook declares as its result is taken over."""
    payload: dict[str, Any] = {}
    merge(hook, payload, answer, PluginId("hello"))
    assert payload == answer


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        (7, "dashboard.loading"),
        ([HELLO], "dashboard.loading"),
        ({"userId": "root"}, "onDashboardLoad.userId"),
        ({"customWidget": []}, "onDashboardLoad.customWidget"),
        ({"customWidgets": "soup"}, "onDashboardLoad.customWidgets"),
        ({"customWidgets": [{}]}, "onDashboardLoad.customWidgets"),
        ({"customWidgets": [HELLO | {"id": ""}]}, "onDashboardLoad.customWidgets"),
        ({"customWidgets": [HELLO | {"props": 1}]}, "onDashboardLoad.customWidgets"),
        ({"customWidgets": [HELLO, HELLO]}, "onDashboardLoad.customWidgets"),
        (
            {"customWidgets": [HELLO | {"id": str(n)} for n in range(MAX_WIDGETS + 1)]},
            "onDashboardLoad.customWidgets",
        ),
        ({"customWidgets": [HELLO], "nonsense": 7}, "onDashboardLoad.nonsense"),
    ],
)
def test_garbage_changes_nothing(answer: Any, where: str) -> None:
    """A wrong answer is refused as a whole, with the place that is wrong."""
    payload = dashboard()
    with pytest.raises(ProtocolError) as caught:
        merge(DASHBOARD, payload, answer, PluginId("hello"))
    assert (payload, caught.value.where) == (dashboard(), where)


@given(JSON)
def test_any_answer_is_merged_or_refused(answer: Any) -> None:
    """Whatever comes back, the payload is whole and only its results can differ."""
    payload = dashboard()
    try:
        merge(DASHBOARD, payload, answer, PluginId("hello"))
    except ProtocolError:
        assert payload == dashboard()
    assert view(DASHBOARD, payload) == view(DASHBOARD, dashboard())
