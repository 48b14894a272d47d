"""The rules of the request filter, one by one."""

import re

import pytest

from plexihub.services.http.shield.rules import RULES, Hit, judge
from plexihub.services.http.shield.signature import SIGNATURES
from tests.corpus.requests import Sent, attacks, innocent


@pytest.mark.parametrize("sent", attacks(), ids=lambda sent: f"{sent.rule}-{sent.text[:30]}")
def test_attack_is_caught_by_its_rule(sent: Sent) -> None:
    """The rule that the corpus names is the first that matches, and the place is told."""
    hit = judge(*sent.request)
    assert hit is not None
    assert (hit.rule, hit.place.split(" ")[0].rstrip("s")) == (sent.rule, sent.place)


@pytest.mark.parametrize(
    "sent",
    [one for one in innocent() if one.place != "message"],
    ids=lambda sent: f"{sent.place}-{sent.text[:30]}",
)
def test_innocent_request_breaks_no_rule(sent: Sent) -> None:
    """What people send passes, however much it looks like code."""
    assert judge(*sent.request) is None


def test_every_rule_has_an_attack() -> None:
    """No rule is only claimed."""
    assert {one.rule for one in attacks()} == set(RULES)


def test_no_pattern_matches_nothing() -> None:
    """Each pattern compiles on its own and asks for something."""
    patterns = [one for several in SIGNATURES.values() for one in several]
    assert all(re.compile(one).search("") is None for one in patterns)


def test_place_of_a_field_is_named() -> None:
    """The second field's own name is told."""
    assert judge(b"/", b"a=1&id=1+or+1=1", []) == Hit("sql", "query id")


def test_name_of_a_field_is_judged() -> None:
    """An attack may stand before the `=`, too; it is not repeated as the place's name."""
    assert judge(b"/", b"%3Cscript%3E=1", []) == Hit("markup", "query")
    assert judge(b"/", b"secret'+or+'1'='1", []) == Hit("sql", "query")


def test_secrets_of_headers_are_not_read() -> None:
    """Cookies and tokens are random text; only what no header may have is refused in them."""
    assert judge(b"/", b"", [(b"cookie", b"a=' or '1'='1")]) is None
    assert judge(b"/", b"", [(b"cookie", b"a=\0")]) == Hit("null_byte", "header cookie")
    assert judge(b"/", b"", [(b"cookie", b"a=\n")]) == Hit("bad_encoding", "header cookie")


@pytest.mark.parametrize(
    "piece", [b"'", b";", b"{{", b"${", b"<a ", b"../", b"' or ", b"/*", b"%25"]
)
def test_text_that_nearly_matches_is_judged_at_all(piece: bytes) -> None:
    """Thousands of beginnings of an attack in one field are answered, not searched without end."""
    text = piece * (8000 // len(piece))
    judge(b"/", b"a=" + text, [(b"x-note", text)])
