"""Collects the fields of a class and of those it is made of."""


def fields(kind):
    found = {}
    for one in reversed(type.mro(kind)):
        found.update(getattr(one, "__annotations__", {}))
    return found


class Base:
    def __init_subclass__(cls, **more):
        super().__init_subclass__(**more)
        cls.registry = [*getattr(cls, "registry", []), cls.__name__]
