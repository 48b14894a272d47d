import re

WORD = re.compile(r"[a-z]+", re.IGNORECASE)
exec_count = 0


def words(text):
    return WORD.findall(text)
