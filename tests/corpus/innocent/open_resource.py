from importlib.resources import files


def words():
    return files(__package__).joinpath("words.txt").read_text().split()
