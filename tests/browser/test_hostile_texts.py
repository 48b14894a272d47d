"""A sandboxed plugin and a person whose every text is an attack on whoever reads it."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect

from tests.browser.test_accessibility import problems
from tests.browser.test_chatting import open_channel, post
from tests.support.guests import write_guest
from tests.support.hub import RunningHub

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SignIn = Callable[..., Page]

HTML = "\"'><img src=x onerror=pwned=1><svg onload=pwned=1><script>pwned=1</script>"
LINKS = (
    "[a](javascript:pwned=1) [b](JaVaScRiPt:pwned=1) [c](data:text/html,<script>pwned=1</script>)"
    " <javascript:pwned=1> [d](vbscript:pwned) ![e](javascript:pwned=1)"
    " [f](//pwned.invalid/x) ![g](https://pwned.invalid/x.png) ${pwned=1} {{pwned=1}}"
)
#: Colours, a title, a cleared screen, a link of the terminal's own, text that runs backwards.
ESCAPES = "\x1b[31m\x1b]0;owned\x07\x9b2J\x1b]8;;http://pwned.invalid\x07\u202e\r\b"
SHORT = '"><img src=x onerror=pwned=1>'

WIDGETS = [
    {"id": "text", "component": "Text", "title": SHORT, "props": {"text": HTML + LINKS}},
    {"id": "stat", "component": "Stat", "title": SHORT, "props": {"value": HTML, "hint": HTML}},
    {"id": "list", "component": "List", "title": SHORT, "props": {"items": [HTML, LINKS]}},
    {
        "id": "chart",
        "component": "Chart",
        "title": SHORT,
        "props": {"values": [1, 2], "labels": [SHORT, SHORT], "title": SHORT},
    },
    {
        "id": "table",
        "component": "Table",
        "title": SHORT,
        "props": {"columns": [SHORT, SHORT], "rows": [[HTML, LINKS]]},
    },
    {"id": "bar", "component": "Progress", "title": SHORT, "props": {"value": 1, "hint": SHORT}},
    {
        "id": "form",
        "component": "Form",
        "title": SHORT,
        "props": {
            "fields": [
                {
                    "type": "select",
                    "id": "kind",
                    "label": SHORT,
                    "options": [{"value": SHORT, "label": SHORT}],
                },
                {"type": "input", "id": "what", "label": SHORT, "placeholder": SHORT},
            ],
            "submit": {"action": "go", "label": SHORT},
        },
    },
    {
        "id": "blocks",
        "component": "Blocks",
        "title": SHORT,
        "props": {"blocks": [{"type": "text", "text": HTML + LINKS}]},
    },
    # Its own name for a component, and whatever it likes as properties.
    {"id": "own", "component": SHORT, "title": SHORT, "props": {SHORT: HTML, "href": LINKS}},
]
HOOKS = """
onDashboardLoad: () => {
  console.log(TEXT.escapes, TEXT.html);
  return { customWidgets: TEXT.widgets };
},
onCommand: ({ text }) => {
  if (text === "fail") throw new Error(TEXT.html + TEXT.escapes);
  const blocks = [
    { type: "text", text: TEXT.html + TEXT.links },
    { type: "note", text: TEXT.short },
    { type: "buttons", buttons: [{ action: "go", label: TEXT.short, value: TEXT.short }] },
  ];
  return { visible: "all", text: TEXT.html + TEXT.links, blocks };
},
onActionExecute: () => ({ result: TEXT.html + TEXT.links }),
onRequest: () => ({ status: 500, json: { html: TEXT.html } }),
onJob: () => { throw new Error(TEXT.html + TEXT.escapes); },
"""
SETTINGS = {
    "type": "object",
    "title": SHORT,
    "properties": {
        "word": {"type": "string", "title": SHORT, "description": HTML + LINKS, "default": SHORT},
        "kind": {"type": "string", "enum": [SHORT, "b"], "default": "b", "title": SHORT},
    },
}


@pytest.fixture(scope="module")
def villain(hub: RunningHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install the plugin, and take it away: the other tests share this hub."""
    texts = {"html": HTML, "links": LINKS, "escapes": ESCAPES, "short": SHORT, "widgets": WIDGETS}
    root = write_guest(
        tmp_path_factory.mktemp("guests"),
        "villain",
        HOOKS,
        before=f"const TEXT = {json.dumps(texts)};",
        name=SHORT,
        author=HTML,
        description=HTML + LINKS[:60],
        settings=SETTINGS,
        jobs=[{"id": "fail", "seconds": 86_400, "name": SHORT}],
        commands=[{"name": "villain", "description": SHORT, "hint": SHORT}],
        messageActions=[{"id": "go", "label": SHORT, "icon": SHORT[:40]}],
        routes=[{"method": "GET", "path": "/x", "description": SHORT}],
    )
    done = hub.run("plugin", "install", str(root), "--yes", "--enable")
    assert done.returncode == 0, done.stdout + done.stderr
    assert_harmless(done.stdout + done.stderr)
    yield
    assert hub.run("plugin", "remove", "villain").returncode == 0


def watch(page: Page) -> list[str]:
    """Note whatever a text may have brought a page to do."""
    seen: list[str] = []

    def asked(request: Request) -> None:
        if "pwned" in request.url or request.url.endswith("/x"):
            seen.append(f"asked for {request.url}")

    def said(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Refused to" in message.text:
            seen.append(message.text)

    page.on("request", asked)
    page.on("console", said)
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.on("popup", lambda popup: seen.append(f"opened {popup.url}"))
    return seen


FOUND = """() => {
  const bad = [];
  const walk = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) walk(one.shadowRoot);
      for (const { name, value } of one.attributes) {
        if (name.startsWith("on") && value.includes("pwned")) bad.push(one.outerHTML);
        const runs = /^\\s*(javascript|vbscript|data:text)/i.test(value);
        if (["href", "src", "action", "xlink:href"].includes(name) && runs) bad.push(one.outerHTML);
      }
      if (one.localName === "img" && one.getAttribute("src") === "x") bad.push(one.outerHTML);
    }
  };
  walk(document);
  if ("pwned" in window) bad.push("it ran");
  return bad;
}"""


def assert_unharmed(page: Page, seen: list[str]) -> None:
    """See that nothing of the texts became part of the page but its words."""
    assert page.evaluate(FOUND) == []
    assert seen == []


def assert_harmless(output: str) -> None:
    """See that nothing is in an output that a terminal would obey."""
    assert re.findall(r"[^\n\x20-\x7e\xa0-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]", output) == []


@pytest.mark.checklist("A-05", "A-29")
def test_texts_of_widgets_stay_words(sign_in: SignIn, hub: RunningHub, villain: None) -> None:
    """No widget runs, loads or links to what a plugin wrote into it."""
    with contextlib.closing(hub.client("grace")) as client:
        board = client.post("/dashboards", json={"title": SHORT}).json()["id"]
    page = sign_in("grace", "/dashboards")
    seen = watch(page)
    page.goto(f"{hub.url}/dashboards/{board}")
    expect(page.get_by_text("<svg onload").first).to_be_visible()
    page.get_by_role("region", name=SHORT).get_by_role("button", name=SHORT).first.click()
    expect(page.get_by_text("[d](vbscript").first).to_be_visible()
    assert_unharmed(page, seen)


@pytest.mark.checklist("A-05")
def test_texts_in_the_chat_stay_words(sign_in: SignIn, villain: None) -> None:
    """Neither a plugin's message, its blocks, its answer, nor its failure does anything."""
    page = sign_in("ada", "/chat")
    seen = watch(page)
    open_channel(page, "general")
    page.get_by_role("textbox", name="Message").press_sequentially("/vill")
    expect(page.get_by_text(SHORT).first).to_be_visible()
    page.get_by_role("textbox", name="Message").fill("")
    post(page, "/villain show")
    message = page.locator("li.message", has_text="<svg onload").last
    expect(message).to_be_visible()
    message.get_by_role("button", name=SHORT, exact=True).first.click()
    assert problems(page) == []
    post(page, "/villain fail")
    expect(
        page.get_by_role("status").filter(has_text=re.compile("error|failed|raised"))
    ).to_be_visible()
    assert_unharmed(page, seen)
    for link in page.locator("li.message a").all():
        assert re.match(r"(https?:|/|mailto:)", link.get_attribute("href") or ""), link


PAGES = (
    "/admin/plugins",
    "/admin/plugins/villain",
    "/admin/jobs",
    "/admin/audit?outcome=failed&plugin=villain",
    "/admin/settings",
    "/people",
    "/people/villain",
)


@pytest.mark.checklist("A-05")
@pytest.mark.parametrize("path", PAGES)
def test_texts_on_pages_of_administration_stay_words(
    sign_in: SignIn, hub: RunningHub, villain: None, path: str
) -> None:
    """An administrator who looks at the plugin, its job, its settings and its records is safe."""
    with contextlib.closing(hub.client("ada")) as client:
        body = {"username": "villain", "display_name": SHORT, "password": hub.password}
        assert client.post("/users", json={**body, "role": "member"}).status_code in {201, 409}
        assert client.post("/jobs/villain/fail/run").is_success
    hub.wait_for("/audit?plugin=villain&outcome=failed", lambda found: bool(found["items"]))
    page = sign_in("ada", "/")
    seen = watch(page)
    page.goto(hub.url + path)
    if "audit" in path:
        records = page.get_by_role("button", name=re.compile(r"^Record \d+"))
        expect(records.first).to_be_visible()
        for record in records.all()[:3]:
            record.click()
            detail = page.locator("audit-detail")
            expect(detail.get_by_text("img src=x").first).to_be_visible()
            assert_unharmed(page, seen)
            page.keyboard.press("Escape")
    expect(page.get_by_text("img src=x").first).to_be_visible()
    assert_unharmed(page, seen)


COMMANDS = (
    ("plugin", "list"),
    ("plugin", "show", "villain"),
    ("plugin", "permissions", "villain"),
    ("plugin", "limits", "villain"),
    ("plugin", "hosts", "villain"),
    ("job", "list"),
    ("user", "list"),
    ("config", "list"),
    ("audit", "tail", "-n", "200", "--plugin", "villain"),
    ("doctor",),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_terminal_obeys_no_text_of_a_plugin(
    hub: RunningHub, villain: None, command: tuple[str, ...]
) -> None:
    """What a plugin calls itself, prints and fails with is shown on a terminal, not obeyed."""
    done = hub.run(*command)
    assert "Traceback" not in done.stderr
    assert_harmless(done.stdout + done.stderr)
