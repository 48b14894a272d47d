import re
from typing import Iterator

TOKEN = re.compile(r"\s*(?:(\d+)|(.))")


def tokenize(text: str) -> Iterator[str]:
    for number, sign in TOKEN.findall(text):
        yield number or sign
