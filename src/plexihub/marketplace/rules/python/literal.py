"""Texts that Python code puts together from constants: `"ex" + "ec"` is `exec`."""

from __future__ import annotations

import ast
import base64
import binascii
from collections.abc import Callable

_MOST_DEPTH = 40
_MOST_TEXT = 100_000
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "b64decode": base64.b64decode,
    "urlsafe_b64decode": base64.urlsafe_b64decode,
    "b32decode": base64.b32decode,
    "b85decode": base64.b85decode,
    "unhexlify": binascii.unhexlify,
    "a2b_hex": binascii.unhexlify,
}


def folded(node: ast.AST, depth: int = 0) -> str | None:
    """Answer the text that an expression is, as far as constants alone say; None where not."""
    if depth > _MOST_DEPTH:
        return None
    if isinstance(node, ast.Constant):
        return _constant(node.value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _joined([node.left, node.right], depth)
    if isinstance(node, ast.JoinedStr | ast.FormattedValue):
        return _joined(getattr(node, "values", [getattr(node, "value", node)]), depth)
    if isinstance(node, ast.Subscript):
        return _reversed(node, depth)
    return _called(node, depth) if isinstance(node, ast.Call) else None


def _constant(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return value.decode("latin-1") if isinstance(value, bytes) else None


def _joined(parts: list[ast.expr], depth: int, between: str = "") -> str | None:
    texts = [folded(one, depth + 1) for one in parts]
    known = [one for one in texts if one is not None]
    is_known = len(known) == len(texts) and sum(map(len, known)) < _MOST_TEXT
    return between.join(known) if is_known else None


def _reversed(node: ast.Subscript, depth: int) -> str | None:
    cut = node.slice
    if not (isinstance(cut, ast.Slice) and cut.lower is None and cut.upper is None):
        return None
    step = cut.step
    is_back = isinstance(step, ast.UnaryOp) and ast.unparse(step) == "-1"
    text = folded(node.value, depth + 1) if is_back else None
    return None if text is None else text[::-1]


def _called(node: ast.Call, depth: int) -> str | None:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    first = node.args[0] if node.args else None
    if name == "join" and isinstance(node.func, ast.Attribute):
        between = folded(node.func.value, depth + 1)
        if between is not None and isinstance(first, ast.List | ast.Tuple):
            return _joined(first.elts, depth, between)
        return None
    if name == "chr" and isinstance(first, ast.Constant) and isinstance(first.value, int):
        return chr(first.value) if 0 < first.value < 0x110000 else None  # noqa: PLR2004 - Unicode
    if name in {"decode", "encode"} and isinstance(node.func, ast.Attribute):
        return folded(node.func.value, depth + 1)
    if name in _DECODERS and first is not None:
        return _decoded(_DECODERS[name], folded(first, depth + 1))
    return None


def _decoded(decode: Callable[[bytes], bytes], text: str | None) -> str | None:
    try:
        return None if text is None else decode(text.encode("latin-1")).decode("latin-1")
    except (ValueError, binascii.Error):
        return None
