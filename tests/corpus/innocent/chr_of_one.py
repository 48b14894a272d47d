def letter(index):
    return chr(ord("a") + index)


def alphabet():
    return [chr(code) for code in range(97, 123)]
