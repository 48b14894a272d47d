"""Plugins that say what they do in a way that a rule might not read."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexihub.marketplace.validate import validate

HANDLER = "def on_dashboard_load(context):\n    return {}\n"
PYTHON = {
    "table of a module": 'import os\nos.__dict__["sys" "tem"]("id")\n',
    "vars of a module": 'import os\nv = vars(os)\nv["".join(["sy", "stem"])]("id")\n',
    "format": 'def show(c):\n    return "{0.__init__.__globals__}".format(c)\n',
    "pattern": 'import os\nmatch os:\n    case object(system=run):\n        run("id")\n',
    "method by name": 'import os, operator\noperator.methodcaller("system", "id")(os)\n',
    "star": 'from os import *\nsystem("id")\n',
    "module of a module": 'import logging\nlogging.os.system("id")\n',
    "hidden module of a module": 'import random\nrandom._os.system("id")\n',
    "getattribute": 'import os\nos.__getattribute__("system")("id")\n',
    "getattr handed on": 'import os\nlist(map(getattr, [os], ["system"]))[0]("id")\n',
    "unpacked arguments": 'import os\ngetattr(*(os, "system"))("id")\n',
    "own spec": '__spec__.loader.load_module("posix").system("id")\n',
    "code in a comment": '# coding: utf-7\nx = 1  # +AAo-eval("1")\n',
}
SCRIPT = {
    "constructor of a function": 'const f = (() => {}).constructor;\nf("1")();\n',
    "constructor taken out": "const { constructor: f } = function () {};\nf('1')();\n",
    "constructor by prototype": (
        "const f = Object.getPrototypeOf(async function () {}).constructor;\nf('1')();\n"
    ),
    "global by another name": 'const g: any = globalThis;\ng["ev" + "al"]("1");\n',
    "global with a type": '(globalThis as any)[`De${"no"}`].exit();\n',
    "Function taken out": "const { Function: f } = globalThis as any;\nf('1')();\n",
}
INNOCENT = {
    "attributes.py": (
        "import os.path, logging.handlers, datetime, operator\n"
        'join = os.path.join\nlog = logging.getLogger("a")\nby = operator.attrgetter("name")\n'
        "def read(one, name):\n    return getattr(one, name, None), vars(one), one.__dict__\n"
        'TEXT = "{0.name} {1[key]}".format\nNOW = datetime.datetime.now\n'
    ),
    "latin.py": "# -*- coding: latin-1 -*-\nX = 1\n",
    "classes.ts": (
        "class A { copy() { return new (this.constructor as any)(); } }\n"
        "const name = (a: object) => a.constructor.name;\nconst g = globalThis;\n"
        "export const now = () => (g as any).performance.now();\n"
        "export const same = (a: object, b: object) => a.constructor === b.constructor;\n"
        "export { A, name };\n"
    ),
}


def blocking(folder: Path, name: str, text: str) -> set[str]:
    """Judge a plugin of one file as a hub that installs it; answer what blocks."""
    path = folder / name
    path.write_text(text)
    report = validate(path, name=name, profile="installer", tier="sandboxed")
    return {one.rule for one in report.findings if one.severity == "error"} - {"manifest-missing"}


@pytest.mark.parametrize("trick", PYTHON)
def test_hidden_python_is_found(tmp_path: Path, trick: str) -> None:
    """By another name, another module, a table, a pattern, a text or an encoding."""
    assert blocking(tmp_path, "evil.py", PYTHON[trick] + HANDLER)


@pytest.mark.parametrize("trick", SCRIPT)
def test_hidden_script_is_found(tmp_path: Path, trick: str) -> None:
    """By what a function is made of, or by another name of the global object."""
    found = blocking(tmp_path, "evil.ts", f"{SCRIPT[trick]}export default {{}};\n")
    assert found & {"js-function-constructor", "js-dynamic-global"}


@pytest.mark.parametrize("name", INNOCENT)
def test_ordinary_code_is_not_blocked(tmp_path: Path, name: str) -> None:
    """Which has the same words in it."""
    text = INNOCENT[name] + (HANDLER if name.endswith(".py") else "")
    assert not blocking(tmp_path, name, text)
