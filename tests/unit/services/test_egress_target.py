"""The hub reads in an address the host that JavaScript reads in it, and the standard says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from plexihub.runtimes.deno import find_deno
from plexihub.services.egress.target import parse_target, read_url
from plexihub_sdk.errors import InputError
from tests.unit.services.egress_urls import HOSTS, URLS

READ = """
const urls = JSON.parse(new TextDecoder().decode(Deno.readFileSync(Deno.args[0])));
const read = (url) => {
  try {
    const { hostname, port, pathname, search } = new URL(url);
    return [hostname, port, pathname, search];
  } catch {
    return null;
  }
};
console.log(JSON.stringify(urls.map(read)));
"""


@pytest.mark.checklist("A-35")
@pytest.mark.parametrize("text", HOSTS, ids=ascii)
def test_a_host_is_what_the_standard_says(text: str) -> None:
    """Numbers of any base, other scripts, users, backslashes: one host, or none at all."""
    try:
        found: str | None = read_url(f"http://{text}/").hostname
    except ValueError:
        found = None
    assert found == HOSTS[text]


@pytest.mark.parametrize("text", [host for host, read in HOSTS.items() if read is None], ids=ascii)
def test_what_is_no_address_is_refused(text: str) -> None:
    """The hub sends nothing to it."""
    with pytest.raises(InputError):
        parse_target(f"http://{text}/")


def test_javascript_reads_the_same_host(tmp_path: Path) -> None:
    """Over all spellings, the plugin's `URL` and the hub agree on host, port, path and query."""
    (tmp_path / "read.js").write_text(READ)
    (tmp_path / "urls.json").write_text(json.dumps(URLS))
    command = [str(find_deno("")), "run", "--quiet", f"--allow-read={tmp_path}"]
    done = subprocess.run(
        [*command, str(tmp_path / "read.js"), str(tmp_path / "urls.json")],
        capture_output=True,
        check=True,
        timeout=60,
    )
    theirs = json.loads(done.stdout)
    ours = [_read(url) for url in URLS]
    assert len(URLS) > 5000
    differ = [
        (url, mine, its) for url, mine, its in zip(URLS, ours, theirs, strict=True) if mine != its
    ]
    assert differ == []


def _read(url: str) -> list[str] | None:
    try:
        found = read_url(url)
    except ValueError:
        return None
    return [found.hostname, found.port, found.pathname, found.search]
