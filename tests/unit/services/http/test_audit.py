"""Auditors over HTTP: they read the audit and administer nothing; and reading is on record."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from plexihub.services.http.described import DESCRIBED
from tests.unit.services.http.conftest import PASSWORD, Web, code, sign_in
from tests.unit.services.http.test_openapi import filled

pytestmark = pytest.mark.anyio
AUDIT = "/api/v1/audit"
READS = ("", "/1", "/export", "/follow")


async def test_auditor_reads_and_nothing_else(web: Web) -> None:
    """Over every route: those of the audit let an auditor in, all of administration refuses."""
    await web.person("carol")
    auditor = await web.signed_in("audrey", "auditor")
    let_in, refused = set[str](), set[str]()
    for route, described in DESCRIBED.items():
        method, path = route.split(" ")
        if path.endswith(("/follow", "/traces/{trace}")):
            continue
        if described.auth != "admin" and not described.permission:
            continue
        answer = await auditor.request(method, filled(path), json={})
        (refused if answer.status_code == 403 else let_in).add(route)
    assert let_in == {
        f"GET {AUDIT}",
        f"GET {AUDIT}/{{seq}}",
        f"GET {AUDIT}/export",
        f"POST {AUDIT}/verify",
    }
    assert len(refused) > 40


async def test_auditor_reads_a_trace(web: Web) -> None:
    """A journey is shown in order."""
    auditor = await web.signed_in("audrey", "auditor")
    trace = (await auditor.get(f"{AUDIT}?action=user.login")).json()["items"][0]["trace"]
    journey = (await auditor.get(f"{AUDIT}/traces/{trace}")).json()
    assert {one["record"]["trace"] for one in journey["steps"]} == {trace}
    assert code(await auditor.get(f"{AUDIT}/traces/none")) == (404, "not_found")


@pytest.mark.parametrize("path", READS)
async def test_members_are_refused_on_record(web: Web, path: str) -> None:
    """Whoever may not read learns nothing, and the attempt is recorded."""
    member = await web.signed_in("bob")
    assert code(await member.get(AUDIT + path)) == (403, "permission_denied")
    assert code(await web.client().get(AUDIT + path)) == (401, "unauthenticated")
    found = (await web.operator().get(f"{AUDIT}?action=audit.read&outcome=denied")).json()["items"]
    assert [(one["actor"]["name"], one["target"]) for one in found] == [("bob", AUDIT + path)]


async def test_auditor_cannot_become_more(web: Web) -> None:
    """The role makes nobody an administrator, and a person without it loses the right at once."""
    auditor = await web.signed_in("audrey", "auditor")
    answer = await auditor.patch("/api/v1/users/audrey", json={"role": "admin"})
    assert answer.status_code == 403
    changed = await web.operator().patch("/api/v1/users/audrey", json={"role": "member"})
    assert changed.status_code == 200
    assert (await auditor.get(AUDIT)).status_code in {401, 403}


async def test_role_is_the_hubs_own(web: Web) -> None:
    """It is listed with its right, and cannot be deleted."""
    admin = await web.signed_in("ada", "admin")
    roles = {one["name"]: one for one in (await admin.get("/api/v1/roles")).json()["items"]}
    assert roles["auditor"]["builtin"]
    assert "audit:read" in roles["auditor"]["permissions"]
    assert "audit:read" not in roles["member"]["permissions"]
    assert code(await admin.delete("/api/v1/roles/auditor")) == (409, "conflict")


async def test_reading_is_on_record(web: Web) -> None:
    """One record for a view, however often it is looked at; the filter and the rows stand in it."""
    admin = await web.signed_in("ada", "admin")
    for _ in range(5):
        await admin.get(f"{AUDIT}?action=user.&limit=2")
    await admin.get(f"{AUDIT}/1")
    found = (await web.operator().get(f"{AUDIT}?action=audit.read&actor=ada")).json()["items"]
    assert [one["details"] for one in found] == [
        {"filter": {"seq": 1}, "rows": 1},
        {"filter": {"action": "user."}, "rows": 2},
    ]


@pytest.mark.parametrize("form", ["jsonl", "ocsf"])
async def test_export_is_on_record(web: Web, form: str) -> None:
    """Begin and end, with what was handed out."""
    await web.person("ada", "admin")
    client = web.client()
    await sign_in(client, "ada")
    answer = await client.get(f"{AUDIT}/export?format={form}&action=user.")
    assert "attachment" in answer.headers["content-disposition"]
    lines = [msgspec.json.decode(line) for line in answer.content.splitlines()]
    assert lines
    found = (await web.operator().get(f"{AUDIT}?action=audit.export")).json()["items"]
    told: list[dict[str, Any]] = [one["details"] for one in found]
    assert [one["phase"] for one in told] == ["ended", "begun"]
    assert (told[0]["rows"], told[0]["bytes"]) == (len(lines), len(answer.content))
    assert told[0]["filter"] == {"action": "user."}


async def test_verifying_is_on_record(web: Web) -> None:
    """Who had the chain walked, and what was found."""
    admin = await web.signed_in("ada", "admin")
    assert (await admin.post(f"{AUDIT}/verify")).json()["ok"]
    found = (await web.operator().get(f"{AUDIT}?action=audit.verify")).json()["items"]
    assert [(one["actor"]["name"], one["outcome"]) for one in found] == [("ada", "ok")]


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("since=yesterday", "since"),
        ("until=2026-13-01", "until"),
        ("outcome=good", "outcome"),
        ("plugin=No!", "plugin"),
        ("limit=many", "limit"),
        ("after=-1", "after"),
        ("counted=perhaps", "counted"),
    ],
)
async def test_wrong_filter_names_the_field(web: Web, query: str, where: str) -> None:
    """What cannot be asked is refused, and the field is named."""
    admin = await web.signed_in("ada", "admin")
    answer = await admin.get(f"{AUDIT}?{query}")
    assert (code(answer), answer.json()["error"]["where"]) == ((400, "invalid_input"), where)


async def test_no_record_of_a_number_is_not_found(web: Web) -> None:
    """Neither of one that is not there nor of what is no number."""
    admin = await web.signed_in("ada", "admin")
    for seq in ("999999", "0", "abc", "-1", "9" * 40):
        assert code(await admin.get(f"{AUDIT}/{seq}")) == (404, "not_found")
    assert PASSWORD not in (await admin.get(AUDIT)).text
