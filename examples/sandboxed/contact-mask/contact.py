"""Ways to reach somebody, in text."""

import re

EMAIL = re.compile(r"(?<![\w.+-])([\w+-])[\w.+-]{0,63}@([\w-]{1,63}(?:\.[\w-]{1,63}){1,5})")
#: With the country's code or a zero: so no date and no amount begins.
PHONE = re.compile(r"(?<![\w.+-])[+0]\d[\d ()/-]{5,18}\d(?!\w)")
MOST_SHOWN = 2


def mask(text, *, phones=True):
    """Leave an address its first sign and its host, and a number its last two digits."""
    text = EMAIL.sub(r"\1…@\2", text)
    return PHONE.sub(_number, text) if phones else text


def _number(found):
    digits = [sign for sign in found[0] if sign.isdigit()]
    return "•" * (len(digits) - MOST_SHOWN) + "".join(digits[-MOST_SHOWN:])
