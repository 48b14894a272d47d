import logging

log = logging.getLogger("chain")


class Broken(Exception):
    pass


def read(text):
    try:
        return int(text)
    except ValueError as error:
        log.exception("no number")
        raise Broken(text) from error
