"""A small language of sums: its own `eval` is a method, and runs no Python."""


class Sum:
    def __init__(self, left, right):
        self.left, self.right = left, right

    def eval(self):
        return self.left.eval() + self.right.eval()


class Number:
    def __init__(self, value):
        self.value = value

    def eval(self):
        return self.value
