"""The reference of what a trusted plugin reaches is whole, and says what the code says."""

from __future__ import annotations

import pytest

from tools.reference import PAGE, page, public_methods, services, undocumented

pytestmark = pytest.mark.anyio


@pytest.mark.checklist("P-04")
async def test_reference_holds_every_public_method_of_every_service() -> None:
    """Every service of a real hub is on the page, every public method of it, with its words."""
    found = await services()
    assert undocumented(found) == []
    text = PAGE.read_text(encoding="utf-8")
    methods = {f"{name}.{one}" for name, it in found.items() for one in public_methods(type(it))}
    assert [name for name in sorted(methods) if f"#### `{name}`" not in text] == []
    assert text == page(found), "the page is out of date: run `make generate`"


def test_method_without_a_docstring_is_named() -> None:
    """A service that says nothing of a method does not pass."""

    class Silent:
        """A service."""

        def speak(self) -> None: ...

    assert undocumented({"silent": Silent()}) == ["silent.speak"]
