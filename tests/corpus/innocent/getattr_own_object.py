class Shapes:
    def circle(self, size):
        return 3.14 * size * size

    def square(self, size):
        return size * size


def area(kind, size):
    return getattr(Shapes(), kind)(size)
