"""The modules through which a watched plugin perceives: time, datetime, random, secrets, uuid.

`time` and `datetime` are a plugin's own copies, since the guest itself needs the real ones; the
others are changed in place, since nobody but the plugin draws from them.
"""

from __future__ import annotations

import datetime as dt
import random
import time as real_time
import uuid
from collections.abc import Callable, Mapping
from types import ModuleType, SimpleNamespace
from typing import Any

from plexihub_sdk.guest.senses import Senses

_SECOND = 1_000_000_000
_AUGMENTED = 32


def watched_modules(senses: Senses) -> Mapping[str, ModuleType]:
    """Change what is changed in place, and answer the modules that a plugin gets instead.

    Args:
        senses: Where values are drawn.
    """
    _make_random(senses)
    _make_uuid(senses)
    return {"time": _time(senses), "datetime": _datetime(senses)}


def _copy(module: ModuleType, changed: Mapping[str, Any]) -> ModuleType:
    made = ModuleType(module.__name__, module.__doc__)
    vars(made).update({**vars(module), **changed})
    return made


# --- time ---


def _time(senses: Senses) -> ModuleType:
    clocks = {
        "time": senses.wall,
        "monotonic": senses.steady,
        "perf_counter": senses.steady,
        "process_time": senses.steady,
        "thread_time": senses.steady,
    }
    changed: dict[str, Callable[..., Any]] = {}
    for name, clock in clocks.items():
        changed[name] = _seconds(clock)
        changed[f"{name}_ns"] = clock
    for name in ("gmtime", "localtime", "ctime"):
        changed[name] = _of_seconds(getattr(real_time, name), senses)
    for name in ("asctime", "strftime"):
        changed[name] = _of_parts(getattr(real_time, name), senses)
    return _copy(real_time, changed)


def _seconds(clock: Callable[[], int]) -> Callable[[], float]:
    return lambda: clock() / _SECOND


def _of_seconds(real: Callable[..., Any], senses: Senses) -> Callable[..., Any]:
    def now_or_then(seconds: float | None = None, /) -> Any:
        return real(senses.wall() / _SECOND if seconds is None else seconds)

    return now_or_then


def _of_parts(real: Callable[..., Any], senses: Senses) -> Callable[..., Any]:
    takes = 0 if real is real_time.asctime else 1

    def now_or_then(*given: Any) -> Any:
        if len(given) > takes:
            return real(*given)
        return real(*given, real_time.localtime(senses.wall() / _SECOND))

    return now_or_then


# --- datetime ---


class _Kind(type):
    """What the real class made is of this class, too."""

    real: type

    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, cls.real) if "real" in vars(cls) else super().__instancecheck__(one)

    def __subclasscheck__(cls, sub: type) -> bool:
        return issubclass(sub, cls.real) if "real" in vars(cls) else super().__subclasscheck__(sub)


def _datetime(senses: Senses) -> ModuleType:
    def moment() -> float:
        return senses.wall() / _SECOND

    return _copy(dt, {"date": _make_date(moment), "datetime": _make_moment(moment)})


def _make_date(moment: Callable[[], float]) -> type:
    class Date(dt.date, metaclass=_Kind):
        real = dt.date

        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(moment())

        def __repr__(self) -> str:
            return _shown(self, super().__repr__(), Date)

    return _named(Date, dt.date)


def _make_moment(moment: Callable[[], float]) -> type:
    class Moment(dt.datetime, metaclass=_Kind):
        real = dt.datetime

        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return cls.fromtimestamp(moment(), tz)

        @classmethod
        def today(cls) -> Any:
            return cls.now()

        @classmethod
        def utcnow(cls) -> Any:
            return cls.fromtimestamp(moment(), dt.UTC).replace(tzinfo=None)

        def __repr__(self) -> str:
            return _shown(self, super().__repr__(), Moment)

    return _named(Moment, dt.datetime)


def _named(made: type, real: type) -> type:
    made.__name__ = made.__qualname__ = real.__name__
    made.__module__ = real.__module__
    return made


def _shown(value: object, text: str, made: type) -> str:
    return f"datetime.{text}" if type(value) is made else text


# --- chance ---


def _make_random(senses: Senses) -> None:
    places: Any = random
    shared = places._inst  # noqa: SLF001 - the one behind the module's functions
    drawn = _drawn(senses, shared)
    for name, value in list(vars(random).items()):
        if getattr(value, "__self__", None) is shared:
            setattr(places, name, getattr(drawn, name))
    places._inst = drawn  # noqa: SLF001 - see above
    places._urandom = senses.octets  # noqa: SLF001 - SystemRandom and `secrets` draw from it
    places.Random = _fresh(senses)


def _drawn(senses: Senses, real: random.Random) -> random.Random:
    """Make the generator behind `random.random()`: every method comes down to these two."""
    instead = random.Random(0)  # noqa: S311 - the same in every replay

    class Drawn(random.Random):
        def random(self) -> float:
            value: float = senses.chance("random", real.random, instead.random)
            return value

        def getrandbits(self, k: int, /) -> int:
            text = senses.chance(
                f"bits{k}",
                lambda: f"{real.getrandbits(k):x}",
                lambda: f"{instead.getrandbits(k):x}",
            )
            return int(text, 16)

        def seed(self, a: Any = None, version: int = 2) -> None:
            real.seed(a, version)

        def getstate(self) -> tuple[Any, ...]:
            return real.getstate()

        def setstate(self, state: Any) -> None:
            real.setstate(state)

        #: The half of a pair that an earlier call left over is not used: replays start without it.
        gauss_next = property(lambda _self: None, lambda _self, _value: None)

    return Drawn()


def _fresh(senses: Senses) -> type:
    class Random(random.Random):
        """A generator of the plugin's own; without a seed it draws one."""

        def __init__(self, x: Any = None) -> None:
            super().__init__(int.from_bytes(senses.octets(_AUGMENTED)) if x is None else x)

        def seed(self, a: Any = None, version: int = 2) -> None:
            super().seed(int.from_bytes(senses.octets(_AUGMENTED)) if a is None else a, version)

    Random.__module__ = "random"
    return Random


def _make_uuid(senses: Senses) -> None:
    places: Any = uuid
    time_based = uuid.uuid1
    places.os = SimpleNamespace(urandom=senses.octets, name="posix")

    def uuid1(node: int | None = None, clock_seq: int | None = None) -> uuid.UUID:
        text = senses.chance(
            "uuid", lambda: str(time_based(node, clock_seq)), lambda: str(uuid.UUID(int=0))
        )
        return uuid.UUID(text)

    places.uuid1 = uuid1
