"""`py-unpickle`: data that runs when it is read."""

from __future__ import annotations

from plexihub.marketplace.rules.python.names import python_names
from plexihub.marketplace.rules.rule import BLOCKED, Rule

RULE = Rule(
    id="py-unpickle",
    group="malicious",
    about="python",
    levels=BLOCKED,
    looks_for="`pickle`, `marshal`, `shelve`, `dill` and others whose data is code",
    next="Use json.",
    check=python_names(
        "{} runs whatever stands in the data it reads.",
        "pickle.load",
        "pickle.loads",
        "pickle.Unpickler",
        "_pickle.",
        "cPickle.",
        "marshal.load",
        "marshal.loads",
        "shelve.",
        "dill.",
        "cloudpickle.",
        "jsonpickle.",
        "joblib.load",
    ),
    never_allowed=True,
)
