import marshal


def revive(blob):
    return marshal.loads(blob)  # caught
