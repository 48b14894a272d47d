"""Write what is generated from the catalogue and the table of `plugin.api`: `make generate`.

The reference page, the JSON Schemas, the TypeScript types and the Deno guest's methods. A test
compares them with what stands in the repository, so none of them is edited by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tools import (
    api_page,
    api_types,
    commands_page,
    data_page,
    errors_page,
    events_page,
    events_schema,
    events_types,
    kit_types,
    limits_page,
    manifest_types,
    permissions_page,
    policy_schema,
    rules_page,
)

ROOT = Path(__file__).parents[1]
FILES: Mapping[str, Callable[[], str]] = {
    "docs/plugin-guide/events.md": events_page.text,
    "docs/plugin-guide/errors.md": errors_page.text,
    "docs/commands.md": commands_page.text,
    "docs/limits.md": limits_page.text,
    "schemas/events.json": events_schema.text,
    "sdk-js/catalogue.ts": events_types.text,
    "sdk-js/api.ts": api_types.types,
    "docs/plugin-guide/api.md": api_page.text,
    "sdk-js/kit.ts": kit_types.types,
    "docs/plugin-guide/data.md": data_page.text,
    "docs/plugin-guide/kit.md": kit_types.page,
    "docs/permissions.md": permissions_page.text,
    "schemas/policy.json": policy_schema.text,
    "guest-deno/api_table.ts": api_types.table,
    "docs/plugin-guide/rules.md": rules_page.text,
    "schemas/manifest.json": manifest_types.text,
    "sdk-js/manifest.ts": manifest_types.types,
    "src/plexihub_sdk/manifest_fields.py": manifest_types.typed_dicts,
}


def main() -> None:
    """Write every file that is not as it should be."""
    for name, make in FILES.items():
        path, text = ROOT / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")  # noqa: T201 - the tool's output


if __name__ == "__main__":
    main()
