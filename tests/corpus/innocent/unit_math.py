from decimal import Decimal
from fractions import Fraction

KELVIN = Decimal("273.15")
BIG = 10**12
LINE = "-" * 72


def to_kelvin(celsius):
    return Decimal(celsius) + KELVIN


def third():
    return Fraction(1, 3)
