"""Frames: what passes, what is refused, and in how many pieces it may come."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexihub.runtimes._framing import Call, Result, Splitter, decode, encode
from plexihub_sdk.errors import LimitExceededError, ProtocolError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=20,
)


def call(payload: object) -> Call:
    """Make a call's frame."""
    return Call(1, "onDashboardLoad", payload, 5000, None, "trace")


def nest(levels: int) -> list[object]:
    """Put empty lists inside one another."""
    value: list[object] = []
    for _ in range(levels - 1):
        value = [value]
    return value


def result(value: str) -> bytes:
    """Write a result's frame by hand."""
    return f'{{"type":"result","id":1,"value":{value}}}'.encode()


@given(JSON, st.integers(1, 50))
def test_frames_pass_in_any_pieces(payload: object, size: int) -> None:
    """A stream cut anywhere is put together again."""
    stream = encode(call(payload)) * 3
    splitter = Splitter()
    bodies = [
        body
        for start in range(0, len(stream), size)
        for body in splitter.feed(stream[start : start + size])
    ]
    assert [json.loads(body)["payload"] for body in bodies] == [payload] * 3


@given(JSON)
def test_results_round_trip(value: object) -> None:
    """What a guest writes as JSON is what the caller gets."""
    frame = decode(result(json.dumps(value)))
    assert isinstance(frame, Result)
    assert frame.value == value


@given(st.binary(max_size=200))
def test_noise_never_escapes(noise: bytes) -> None:
    """Whatever bytes come, the answer is a frame or a breach of protocol."""
    try:
        for body in Splitter().feed(noise):
            decode(body)
    except ProtocolError:
        pass


@pytest.mark.parametrize("levels", [1, 63, 64])
def test_depth_up_to_the_limit_passes(levels: int) -> None:
    """Sixty-four levels pass in both directions."""
    assert encode(call(nest(levels)))
    assert decode(result(json.dumps(nest(levels))))


@pytest.mark.parametrize("levels", [65, 66, 500])
def test_depth_beyond_the_limit_is_refused(levels: int) -> None:
    """One level more does not."""
    with pytest.raises(LimitExceededError, match="64 levels"):
        encode(call(nest(levels)))
    with pytest.raises(ProtocolError, match="64 levels"):
        decode(result(json.dumps(nest(levels))))


def test_brackets_in_text_are_no_depth() -> None:
    """Only real nesting counts."""
    assert encode(call(["[" * 1000, "]}" * 1000]))
    hidden = '["]",' * 65 + "0" + "]" * 65
    with pytest.raises(ProtocolError, match="64 levels"):
        decode(result(hidden))


def test_circle_is_refused() -> None:
    """A value that holds itself cannot be sent."""
    circle: list[object] = []
    circle.append(circle)
    with pytest.raises(LimitExceededError):
        encode(call(circle))


@pytest.mark.parametrize("size", [0, 4 * 1024 * 1024 + 1, 2**32 - 1])
def test_impossible_length_is_refused_at_once(size: int) -> None:
    """The length alone is enough: nothing is kept for it."""
    with pytest.raises(ProtocolError, match=str(size)):
        list(Splitter().feed(size.to_bytes(4, "big")))


def test_message_beyond_the_limit_is_refused() -> None:
    """4 MiB is the most in the direction of the guest."""
    with pytest.raises(LimitExceededError, match="4 MiB"):
        encode(call("x" * (4 * 1024 * 1024)))


TRICKY = st.text(alphabet='[]{}",\\\n\u0000ä', max_size=8)
TREES = st.recursive(
    TRICKY | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TRICKY, inner, max_size=4),
    max_leaves=60,
)


@given(TREES, st.integers(1, 70), TRICKY)
def test_depth_is_told_by_the_text_alone(tree: object, levels: int, key: str) -> None:
    """Whatever brackets, quotes and backslashes a text holds: 64 levels pass, 65 do not."""
    value = tree
    for number in range(levels):
        value = [value, tree] if number % 2 else {key: value}
    body = result(json.dumps(value, ensure_ascii=False))
    if depth(value) <= 64:
        assert isinstance(decode(body), Result)
    else:
        with pytest.raises(ProtocolError, match="deeper than 64"):
            decode(body)


def depth(value: object) -> int:
    """Count levels by walking."""
    if isinstance(value, dict):
        return 1 + max((depth(each) for each in value.values()), default=0)
    if isinstance(value, list):
        return 1 + max((depth(each) for each in value), default=0)
    return 0
